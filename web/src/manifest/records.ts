/** The rows of an incident, in all and by source, and that they add up (PROTOCOL section 8.2). */
import { REJECTIONS } from "../catalogue.ts";
import type { Strict } from "../strict.ts";

/** `read` is `indexed` and `rejected` together. */
export interface Rows {
  readonly read: number;
  readonly indexed: number;
  readonly rejected: number;
}

const ROWS = ["read", "indexed", "rejected"] as const;

/** Rows in all, which are the sum of the sources that releases up to `release` took in. */
export function readRecords(strict: Strict, value: unknown, release: number): Rows {
  const one = strict.object(value, [...ROWS, "sources"]);
  const total = new Map<string, number>();
  let last = 1;
  strict.array(one.sources, 1, 256, (each) => {
    const source = strict.object(each, ["release", ...ROWS]);
    last = strict.integer(source.release, last, release);
    rows(strict, source, total, 1);
  });
  const found = rows(strict, one, total, -1);
  for (const left of total.values()) if (left !== 0) strict.fail();
  return found;
}

/** One count of rows; each of its numbers, `sign` times, is added to `total`. */
function rows(
  strict: Strict,
  one: Readonly<Record<(typeof ROWS)[number], unknown>>,
  total: Map<string, number>,
  sign: number,
): Rows {
  const add = (key: string, count: number): void => {
    total.set(key, (total.get(key) ?? 0) + sign * count);
  };
  const rejected = readReasons(strict, one.rejected, REJECTIONS, add);
  const indexed = strict.integer(one.indexed, 0);
  const read = strict.integer(one.read, 0);
  if (read !== indexed + rejected) strict.fail();
  add("", indexed);
  return { read, indexed, rejected };
}

/** The sum of counts by reason, each of which `add` is told. */
export function readReasons(
  strict: Strict,
  value: unknown,
  known: readonly string[],
  add?: (reason: string, count: number) => void,
): number {
  return Object.entries(strict.mapping(value)).reduce((sum, [reason, found]) => {
    const count = strict.integer(found, 0);
    strict.choice(reason, known);
    add?.(reason, count);
    return sum + count;
  }, 0);
}
