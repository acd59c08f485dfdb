/** Telephone numbers (PROTOCOL section 3.5). */
import { InvalidField } from "./errors.ts";
import { fold } from "./fold.ts";

const DROPPED = /[ \-.()/]/g;
const CHARACTERS = /^\+?\d*$/;
const PREFIX = /^(?:\+|00)/;
const COUNTRY = /^820?/;
const INTERNATIONAL = /^[1-9]\d{7,14}$/;
/** A Korean number without its leading zero: mobile, fixed, virtual (step 3). */
const NATIONAL =
  /^(?:10\d{8}|1[16789]\d{7,8}|2\d{7,8}|(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}|70\d{8}|50[2-8]\d{7,8})$/;

/** `+` and the digits of the international number. Throws InvalidField. */
export function phone(text: string): string {
  const number = fold("phone", text).replace(DROPPED, "");
  if (number === "") throw new InvalidField("phone", "empty");
  if (!CHARACTERS.test(number)) throw new InvalidField("phone", "characters");
  if (!PREFIX.test(number)) {
    return korean(number.startsWith("0") ? number.slice(1) : number.replace(COUNTRY, ""));
  }
  const international = number.replace(PREFIX, "");
  if (international.startsWith("82")) return korean(international.replace(COUNTRY, ""));
  if (!INTERNATIONAL.test(international)) throw new InvalidField("phone", "length");
  return `+${international}`;
}

function korean(national: string): string {
  if (!NATIONAL.test(national)) throw new InvalidField("phone", "format");
  return `+82${national}`;
}
