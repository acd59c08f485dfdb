/** A question made canonical, and put under the lookup of a manifest (PROTOCOL section 4). */
import { CheckError } from "./errors.ts";
import { canonical, oprfInput } from "./identifiers.ts";
import type { KeyList, Lookup, Manifest } from "./manifest.ts";
import type { Question } from "./types.ts";

/** Canonical values in the lookup's order. */
export interface Asked {
  readonly lookup: string;
  readonly fields: readonly (readonly [name: string, value: Uint8Array])[];
}

/** What the manifest makes of a question. */
export interface Formed {
  readonly lookup: Lookup;
  readonly keys: KeyList;
  readonly input: Uint8Array;
}

/**
 * Throws InvalidField for what no person can have meant, RangeError for a field that nobody types or
 * that the lookup does not have.
 */
export function prepare({ lookup, fields }: Question): Asked {
  const names = lookup.split("+");
  if (Object.keys(fields).length !== names.length) throw new RangeError("not the lookup's fields");
  return { lookup, fields: names.map((name) => [name, canonical(name, fields[name] ?? "")] as const) };
}

/** Throws CheckError("script") if the release has no such lookup: the page offered it. */
export function form(asked: Asked, manifest: Manifest): Formed {
  const lookup = manifest.lookups.find(({ id }) => id === asked.lookup);
  const keys = lookup && manifest.keys[lookup.assurance];
  if (!keys) throw new CheckError("script");
  return { lookup, keys, input: oprfInput(manifest.epoch, lookup.id, asked.fields) };
}
