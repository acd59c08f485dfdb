/** Typed reading of decoded JSON: every shape that is not expected is one error. */
import { fromBase64, fromHex } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import { codePoints } from "./identifiers/fold.ts";
import type { Reason } from "./types.ts";

const HEX = /^[0-9a-f]*$/;
/** A key name or origin: no blank, no `+` (C2SP signed-note). */
// eslint-disable-next-line no-control-regex -- blanks that the property does not have
export const KEY_NAME = /^[^\p{White_Space}\x1c-\x1f+]+$/u;

/** Each method takes a value and `where` it stands, and throws CheckError(reason), without the value. */
export class Strict {
  readonly #reason: Reason;

  constructor(reason: Reason) {
    this.#reason = reason;
  }

  fail(where: string, detail: string): never {
    throw new CheckError(this.#reason, `${where}: ${detail}`);
  }

  mapping(value: unknown, where: string): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.fail(where, "not an object");
    }
    return value as Readonly<Record<string, unknown>>;
  }

  /** An object with exactly these keys. */
  object<Key extends string>(
    value: unknown,
    where: string,
    keys: readonly Key[],
  ): Readonly<Record<Key, unknown>> {
    const found = this.mapping(value, where);
    if (Object.keys(found).length !== keys.length || !keys.every((key) => Object.hasOwn(found, key))) {
      this.fail(where, "missing or unknown keys");
    }
    return found;
  }

  /** Each of `least` to `most` elements, read. */
  array<T>(
    value: unknown,
    where: string,
    least: number,
    most: number,
    read: (value: unknown, where: string) => T,
  ): T[] {
    if (!Array.isArray(value)) this.fail(where, "not an array");
    if (value.length < least || value.length > most) this.fail(where, "of another length");
    return value.map((one: unknown, index) => read(one, `${where}[${index}]`));
  }

  /** 1 to `most` code points that match `pattern`. */
  text(value: unknown, where: string, most = 4096, pattern?: RegExp): string {
    if (typeof value !== "string") this.fail(where, "not a string");
    const length = codePoints(value);
    if (length < 1 || length > most) this.fail(where, "of another length");
    if (pattern?.test(value) === false) this.fail(where, "not of the expected form");
    return value;
  }

  choice<T extends string>(value: unknown, where: string, choices: Iterable<T>): T {
    for (const one of choices) if (value === one) return one;
    this.fail(where, "not a known word");
  }

  integer(value: unknown, where: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
      this.fail(where, "not an integer in range");
    }
    return value;
  }

  hex(value: unknown, where: string, size: number): Uint8Array {
    if (typeof value !== "string" || value.length !== 2 * size || !HEX.test(value)) {
      this.fail(where, "not as many bytes of lower-case hex");
    }
    return fromHex(value);
  }

  base64(value: unknown, where: string): Uint8Array {
    const found = typeof value === "string" ? fromBase64(value) : undefined;
    return found ?? this.fail(where, "not base64");
  }

  /** Refuses a list in which `key` is not strictly ascending. */
  ascending<T>(list: readonly T[], where: string, key: (one: T) => number): void {
    let last = -1;
    for (const one of list) {
      const next = key(one);
      if (next <= last) this.fail(where, "not in ascending order");
      last = next;
    }
  }

  distinct(ids: readonly string[], where: string): void {
    if (new Set(ids).size !== ids.length) this.fail(where, "one twice");
  }
}
