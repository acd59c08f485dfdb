/** The OPRF input of a question (PROTOCOL section 4.2). */
import { concat, lp16, lp8, u16, u32, u8, utf8 } from "../bytes.ts";
import { FIELD_TYPES } from "./fields.ts";

/** Version of the canonical forms (PROTOCOL section 3). */
export const CANONICALISATION_VERSION = 1;

const LABEL = utf8("breachdesk/input/v1");
const LOOKUP_ID_BYTES_MAX = 64;
const CHANNEL_TOKEN = "channel_token";
const CHANNEL_TOKEN_BYTES = 64;

/**
 * The bytes that are hashed to the group: canonical values in the lookup's order.
 *
 * Throws RangeError, which never holds a value, if the names are not those of the lookup's id, are
 * not in ascending order of type, or a value is empty or of impossible length.
 */
export function oprfInput(
  epoch: number,
  lookupId: string,
  fields: readonly (readonly [name: string, value: Uint8Array])[],
): Uint8Array {
  const names = fields.map(([name]) => name);
  if (names.join("+") !== lookupId || lookupId === "" || lookupId.length > LOOKUP_ID_BYTES_MAX) {
    throw new RangeError("the fields are not those of the lookup id");
  }
  const types = names.map((name) => FIELD_TYPES.get(name) ?? 0);
  if (types.some((type, index) => type <= (types[index - 1] ?? 0))) {
    throw new RangeError("the fields are unknown, repeated or out of order");
  }
  const head = [LABEL, u32(epoch), u16(CANONICALISATION_VERSION), lp8(utf8(lookupId))];
  const values = fields.map(([name, value], index) => field(name, types[index] ?? 0, value));
  return concat(...head, u8(fields.length), ...values);
}

function field(name: string, type: number, value: Uint8Array): Uint8Array {
  const token = name === CHANNEL_TOKEN;
  if (value.length < (token ? CHANNEL_TOKEN_BYTES : 1) || value.length > (token ? CHANNEL_TOKEN_BYTES : 0xffff)) {
    throw new RangeError(`a value of impossible length for ${name}`);
  }
  return concat(u8(type), lp16(value));
}
