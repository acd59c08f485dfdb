/** Typed reading of decoded JSON: every shape that is not expected is one error. */
import { fromBase64, fromHex } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import { codePoints } from "./identifiers/fold.ts";
import type { Reason } from "./types.ts";

const HEX = /^[0-9a-f]*$/;
/** A key name or origin: no blank, no `+` (C2SP signed-note). */
// eslint-disable-next-line no-control-regex -- blanks that the property does not have
export const KEY_NAME = /^[^\p{White_Space}\x1c-\x1f+]+$/u;

/**
 * Each method reads one value, and throws CheckError(reason) if it is another one. Which one is not
 * said: `breachdesk verify` says it, and the script has to be small.
 */
export class Strict {
  readonly #reason: Reason;

  constructor(reason: Reason) {
    this.#reason = reason;
  }

  fail(): never {
    throw new CheckError(this.#reason);
  }

  mapping(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail();
    return value as Readonly<Record<string, unknown>>;
  }

  /** An object with exactly these keys. */
  object<Key extends string>(value: unknown, keys: readonly Key[]): Readonly<Record<Key, unknown>> {
    const found = this.mapping(value);
    if (Object.keys(found).length !== keys.length || !keys.every((key) => Object.hasOwn(found, key))) {
      this.fail();
    }
    return found;
  }

  /** Each of `least` to `most` elements, read. */
  array<T>(value: unknown, least: number, most: number, read: (value: unknown) => T): T[] {
    if (!Array.isArray(value) || value.length < least || value.length > most) this.fail();
    return value.map((one: unknown) => read(one));
  }

  /** 1 to `most` code points that match `pattern`. */
  text(value: unknown, most = 4096, pattern?: RegExp): string {
    if (typeof value !== "string") this.fail();
    const length = codePoints(value);
    if (length < 1 || length > most || pattern?.test(value) === false) this.fail();
    return value;
  }

  choice<T extends string>(value: unknown, choices: Iterable<T>): T {
    for (const one of choices) if (value === one) return one;
    this.fail();
  }

  integer(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
      this.fail();
    }
    return value;
  }

  /** Exactly `size` bytes in lower-case hex. */
  hex(value: unknown, size: number): Uint8Array {
    if (typeof value !== "string" || value.length !== 2 * size || !HEX.test(value)) this.fail();
    return fromHex(value);
  }

  base64(value: unknown): Uint8Array {
    const found = typeof value === "string" ? fromBase64(value) : undefined;
    return found ?? this.fail();
  }

  /** Refuses a list in which `key` is not strictly ascending. */
  ascending<T>(list: readonly T[], key: (one: T) => number): void {
    let last = -1;
    for (const one of list) {
      const next = key(one);
      if (next <= last) this.fail();
      last = next;
    }
  }

  distinct(ids: readonly string[]): void {
    if (new Set(ids).size !== ids.length) this.fail();
  }
}
