/** The fold that every field starts with (PROTOCOL section 3.1). */
import { InvalidField } from "./errors.ts";

const CODE_POINTS_MAX = 256;
const SURROGATE = /[\ud800-\udfff]/u;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const UPPER = /[A-Z]/g;
const BLANK = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
// eslint-disable-next-line no-misleading-character-class -- each stands for itself
const INVISIBLE = /[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]/g;
const DASH = /[\u2010-\u2015\u2043\u2212\ufe58\ufe63]/g;
const APOSTROPHE = /[`\xb4\u02bc\u2018\u2019]/g;
const MIDDLE_DOT = /[\xb7\u318d\u30fb\uff65]/g;
const ENDS = /^ +| +$/g;

/**
 * The folded text, never empty. Steps 1 to 7, one after the other over the whole text: no step makes
 * what an earlier one would have taken, so this is the same as all steps for each code point.
 *
 * Throws InvalidField naming `field`.
 */
export function fold(field: string, text: string): string {
  if (codePoints(text) > CODE_POINTS_MAX) throw new InvalidField(field, "too-long");
  if (SURROGATE.test(text)) throw new InvalidField(field, "characters");
  const folded = text
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(UPPER, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x20))
    .replace(BLANK, " ")
    .replace(INVISIBLE, "")
    .replace(DASH, "-")
    .replace(APOSTROPHE, "'")
    .replace(MIDDLE_DOT, ".")
    .replace(ENDS, "");
  if (folded === "") throw new InvalidField(field, "empty");
  return folded;
}

/** Code points; an unpaired surrogate counts as one. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}
