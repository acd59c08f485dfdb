/** Canonical forms of what people type, and the OPRF input made of them (PROTOCOL 3 and 4.2). */
import { utf8 } from "./bytes.ts";
import { birthDate } from "./identifiers/birth-date.ts";
import { email } from "./identifiers/email.ts";
import { name } from "./identifiers/name.ts";
import { bankAccount, cardNumber, customerNumber, rrn } from "./identifiers/numbers.ts";
import { phone } from "./identifiers/phone.ts";

export { letterCode, oneTimeCode } from "./identifiers/codes.ts";
export { InvalidField, type InvalidReason } from "./identifiers/errors.ts";
export { FIELD_TYPES } from "./identifiers/fields.ts";
export { CANONICALISATION_VERSION, oprfInput } from "./identifiers/input.ts";

const CANONICAL: ReadonlyMap<string, (text: string) => string> = new Map([
  ["name", name],
  ["birth_date", birthDate],
  ["phone", phone],
  ["email", email],
  ["rrn", rrn],
  ["customer_number", customerNumber],
  ["bank_account", bankAccount],
  ["card_number", cardNumber],
]);

/**
 * The canonical form of what was typed.
 *
 * Throws InvalidField for a text that is no spelling of a value, RangeError for a name that is no
 * field that a person types.
 */
export function canonical(field: string, text: string): Uint8Array {
  const form = CANONICAL.get(field);
  if (form === undefined) throw new RangeError("not a field that a person types");
  return utf8(form(text));
}
