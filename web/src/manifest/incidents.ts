/** The incidents of a manifest, and that their counts agree (PROTOCOL section 8.2). */
import { ITEMS, REJECTIONS } from "../catalogue.ts";
import type { Strict } from "../strict.ts";

export interface LookupCounts {
  readonly id: string;
  readonly subjects: number;
}

/** What a client uses of an incident; the rest is checked and not kept. */
export interface Incident {
  readonly id: string;
  readonly number: number;
  /** In order of bits. */
  readonly items: readonly string[];
  /** The bits of `items`. */
  readonly mask: number;
  readonly read: number;
  readonly rejected: number;
  readonly subjects: number;
  readonly lookups: readonly LookupCounts[];
}

interface LookupFields {
  readonly id: string;
  readonly fields: readonly string[];
}

const DAY = 86_400_000;
const ID = /^[a-z0-9-]+$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_NUMBER_MAX = 0xffff;

/** 1 to 32 incidents in ascending order of number, with different ids. */
export function readIncidents(
  strict: Strict,
  value: unknown,
  lookups: readonly LookupFields[],
): readonly Incident[] {
  const found = strict.array(value, 1, 32, (one) =>
    incident(strict, one, lookups));
  strict.ascending(found, ({ number }) => number);
  strict.distinct(found.map(({ id }) => id));
  return found;
}

function incident(
  strict: Strict,
  value: unknown,
  lookups: readonly LookupFields[],
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
    ...records(strict, one.records),
    subjects,
    lookups: counts,
  };
}

/** The number of an ISO 8601 date, a day of the calendar that has one (section 1). */
function day(strict: Strict, value: unknown): number {
  const text = strict.text(value, 10, DATE);
  const time = Date.parse(`${text}T00:00:00Z`);
  const number = time / DAY;
  const known = number >= 1 && number <= DAY_NUMBER_MAX;
  // Some engines take 30 February for 2 March.
  if (!known || dayText(number) !== text) strict.fail();
  return number;
}

/** The ISO 8601 date of a day number, null for 0. */
export function dayText(number: number): string | null {
  return number === 0 ? null : new Date(number * DAY).toISOString().slice(0, 10);
}

function records(strict: Strict, value: unknown): { read: number; rejected: number } {
  const one = strict.object(value, ["read", "indexed", "rejected"]);
  const read = strict.integer(one.read, 0);
  const rejected = reasons(strict, one.rejected, REJECTIONS);
  if (read !== strict.integer(one.indexed, 0) + rejected) {
    strict.fail();
  }
  return { read, rejected };
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
  reasons(strict, one.left_out, faults);
  return { id, subjects };
}

/** The sum of counts by reason. */
function reasons(strict: Strict, value: unknown, known: readonly string[]): number {
  return Object.entries(strict.mapping(value)).reduce((sum, [reason, count]) => {
    strict.choice(reason, known);
    return sum + strict.integer(count, 0);
  }, 0);
}
