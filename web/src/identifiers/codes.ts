/** Codes that a letter, the desk or a message gave (PROTOCOL section 3.10). */
import { InvalidField } from "./errors.ts";
import { codePoints, fold } from "./fold.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const MODULUS = ALPHABET.length;
const SEPARATORS = /[ .-]/g;
const SEPARATORS_OF_DIGITS = /[ -]/g;
const ONE_TIME = /^\d*$/;

/** The 16 characters of a letter code or desk code, in upper case. Throws InvalidField. */
export function letterCode(field: string, text: string): string {
  const code = fold(field, text).replace(SEPARATORS, "").replace(/o/g, "0").replace(/[il]/g, "1");
  if (codePoints(code) !== 16) throw new InvalidField(field, "length");
  const values = Array.from(code, (one) => ALPHABET.indexOf(one));
  if (values.includes(-1)) throw new InvalidField(field, "characters");
  const check = values.pop() ?? 0;
  if ((carried(values) + check) % MODULUS !== 1) throw new InvalidField(field, "checksum");
  return code.toUpperCase();
}

/** ISO/IEC 7064's hybrid system: what is left over the characters before the last. */
function carried(values: readonly number[]): number {
  return values.reduce(
    (carry, value) => (((carry + value) % MODULUS || MODULUS) * 2) % (MODULUS + 1),
    MODULUS,
  );
}

/** The 8 digits of a one-time code. Throws InvalidField. */
export function oneTimeCode(field: string, text: string): string {
  const code = fold(field, text).replace(SEPARATORS_OF_DIGITS, "");
  if (!ONE_TIME.test(code)) throw new InvalidField(field, "characters");
  if (code.length !== 8) throw new InvalidField(field, "length");
  return code;
}
