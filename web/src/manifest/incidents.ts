/** The incidents of a manifest, and that their counts agree (PROTOCOL section 8.2). */
import { ITEMS } from "../catalogue.ts";
import type { Strict } from "../strict.ts";
import { day } from "./day.ts";
import { readReasons, readRecords, type Rows } from "./records.ts";

export interface LookupCounts {
  readonly id: string;
  readonly subjects: number;
}

/** What a client uses of an incident; the rest is checked and not kept. */
export interface Incident extends Rows {
  readonly id: string;
  readonly number: number;
  /** In order of bits. */
  readonly items: readonly string[];
  /** The bits of `items`. */
  readonly mask: number;
  readonly subjects: number;
  readonly lookups: readonly LookupCounts[];
}

interface LookupFields {
  readonly id: string;
  readonly fields: readonly string[];
}

export const ID = /^[a-z0-9-]+$/;
/** 1 to 32 incidents in ascending order of number, with different ids. */
export function readIncidents(
  strict: Strict,
  value: unknown,
  lookups: readonly LookupFields[],
  release: number,
): readonly Incident[] {
  const found = strict.array(value, 1, 32, (one) =>
    incident(strict, one, lookups, release));
  strict.ascending(found, ({ number }) => number);
  strict.distinct(found.map(({ id }) => id));
  return found;
}

function incident(
  strict: Strict,
  value: unknown,
  lookups: readonly LookupFields[],
  release: number,
): Incident {
  const one = strict.object(value, [
    "id",
    "number",
    "first",
    "last",
    "items",
    "records",
    "subjects",
    "lookups",
  ]);
  if (day(strict, one.last) < day(strict, one.first)) {
    strict.fail();
  }
  const items = strict.array(one.items, 0, ITEMS.length, (code) =>
    strict.choice(code, ITEMS));
  strict.ascending(items, (code) => ITEMS.indexOf(code));
  const subjects = strict.integer(one.subjects, 0);
  const counts = strict.array(one.lookups, 0, lookups.length, (each) =>
    lookupCounts(strict, each, lookups, subjects));
  strict.distinct(counts.map(({ id }) => id));
  return {
    id: strict.text(one.id, 32, ID),
    number: strict.integer(one.number, 1, 0xffff),
    items,
    mask: items.reduce((mask, code) => mask | (1 << ITEMS.indexOf(code)), 0),
    ...readRecords(strict, one.records, release),
    subjects,
    lookups: counts,
  };
}

function lookupCounts(
  strict: Strict,
  value: unknown,
  lookups: readonly LookupFields[],
  all: number,
): LookupCounts {
  const one = strict.object(value, ["id", "subjects", "entries", "left_out"]);
  const id = strict.choice(one.id, lookups.map((lookup) => lookup.id));
  const fields = lookups.find((lookup) => lookup.id === id)?.fields ?? [];
  const faults = fields.flatMap((name) => [`missing:${name}`, `invalid:${name}`]);
  const subjects = strict.integer(one.subjects, 0);
  const entries = strict.integer(one.entries, 0);
  if (subjects > all || entries < subjects) strict.fail();
  readReasons(strict, one.left_out, faults);
  return { id, subjects };
}
