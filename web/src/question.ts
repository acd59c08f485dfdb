/** A question made canonical, and put under the lookup of a manifest (PROTOCOL section 4). */
import { CheckError } from "./errors.ts";
import { canonical, oprfInput } from "./identifiers.ts";
import type { KeyList, Lookup, Manifest } from "./manifest.ts";
import { channelToken } from "./token.ts";
import type { Asked, Question } from "./types.ts";

/** The field of code lookups that nobody types. */
const TOKEN = "channel_token";

/** What the manifest makes of a question. */
export interface Formed {
  readonly lookup: Lookup;
  readonly keys: KeyList;
  readonly input: Uint8Array;
}

/** Whether the lookup of this id is one under `code`: then and only then its last field is a token. */
export function needsToken(lookup: string): boolean {
  return lookup.endsWith(TOKEN);
}

/**
 * Throws InvalidField for what no person can have meant, RangeError for a field that nobody types or
 * that the lookup does not have.
 */
export function prepare({ lookup, fields, channel }: Question): Asked {
  const names = lookup.split("+").filter((name) => name !== TOKEN || !channel);
  if (Object.keys(fields).length !== names.length) throw new RangeError("not the lookup's fields");
  const values = names.map((name) => [name, canonical(name, fields[name] ?? "")] as const);
  return { lookup, fields: values, ...(channel && { channel }) };
}

/**
 * Throws CheckError: proof or element for a channel token that is not its address's, script if the
 * release has no such lookup: the page offered it.
 */
export function form({ channel, fields, lookup: id }: Asked, manifest: Manifest): Formed {
  const lookup = manifest.lookups.find((one) => one.id === id);
  const keys = lookup && manifest.keys[lookup.assurance];
  if (!keys) throw new CheckError("script");
  const values = channel ? [...fields, [TOKEN, channelToken(manifest, channel)] as const] : fields;
  return { lookup, keys, input: oprfInput(manifest.epoch, id, values) };
}
