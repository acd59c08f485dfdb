/** Days of a manifest (PROTOCOL section 1). */
import type { Strict } from "../strict.ts";

const DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_NUMBER_MAX = 0xffff;

/** The number of an ISO 8601 date, a day of the calendar that has one. */
export function day(strict: Strict, value: unknown): number {
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
