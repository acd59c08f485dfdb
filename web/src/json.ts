/**
 * Strict JSON (PROTOCOL section 1): one value, no duplicate keys, integers from 0 to 2^53 - 1 only,
 * valid UTF-8 without BOM, no unpaired surrogates. JSON.parse allows all of these.
 */
import { fromUtf8 } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import type { Reason } from "./types.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** Without a prototype, so that no key has a meaning of its own. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Blanks, then one of: a mark, a string, an integer, a word. */
const TOKEN =
  // eslint-disable-next-line no-control-regex -- RFC 8259 section 7 forbids them
  /[ \t\n\r]*(?:([[\]{}:,])|("(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(0|[1-9]\d{0,15})|(true|false|null))/y;
const BLANKS = /[ \t\n\r]*/y;
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const DEPTH_MAX = 32;

/** Reads one value. Throws CheckError(reason) for whatever else `bytes` hold, or more than `limit`. */
export function readJson(bytes: Uint8Array, limit: number, reason: Reason): Json {
  if (bytes.length > limit) throw new CheckError(reason);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    throw new CheckError(reason);
  }
  return new Scanner(text, reason).whole();
}

class Scanner {
  readonly #text: string;
  readonly #reason: Reason;
  #at = 0;

  constructor(text: string, reason: Reason) {
    this.#text = text;
    this.#reason = reason;
  }

  whole(): Json {
    const value = this.#value(this.#token(), 0);
    BLANKS.lastIndex = this.#at;
    BLANKS.exec(this.#text);
    if (BLANKS.lastIndex !== this.#text.length) this.#fail();
    return value;
  }

  #fail(): never {
    throw new CheckError(this.#reason);
  }

  #token(): string {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (found === null) this.#fail();
    this.#at = TOKEN.lastIndex;
    return found[1] ?? found[2] ?? found[3] ?? found[4] ?? "";
  }

  #value(token: string, depth: number): Json {
    if (depth > DEPTH_MAX) this.#fail();
    if (token === "{") return this.#object(depth);
    if (token === "[") return this.#array(depth);
    if ("]}:,".includes(token)) this.#fail();
    const value = JSON.parse(token) as null | boolean | number | string;
    if (typeof value === "string" && LONE_SURROGATE.test(value)) this.#fail();
    if (typeof value === "number" && !Number.isSafeInteger(value)) this.#fail();
    return value;
  }

  #array(depth: number): readonly Json[] {
    const found: Json[] = [];
    let token = this.#token();
    if (token === "]") return found;
    for (;;) {
      found.push(this.#value(token, depth + 1));
      if (this.#more("]")) return found;
      token = this.#token();
    }
  }

  #object(depth: number): JsonObject {
    const found = Object.create(null) as Record<string, Json>;
    let token = this.#token();
    if (token === "}") return found;
    for (;;) {
      if (!token.startsWith('"')) this.#fail();
      const key = this.#value(token, depth) as string;
      if (key in found) this.#fail();
      if (this.#token() !== ":") this.#fail();
      found[key] = this.#value(this.#token(), depth + 1);
      if (this.#more("}")) return found;
      token = this.#token();
    }
  }

  /** After an element: whether the `end` follows; otherwise a comma must. */
  #more(end: string): boolean {
    const token = this.#token();
    if (token === end) return true;
    if (token !== ",") this.#fail();
    return false;
  }
}
