/** Fields that are numbers with separators (PROTOCOL sections 3.7 to 3.9). */
import { checkDate } from "./birth-date.ts";
import { InvalidField } from "./errors.ts";
import { fold } from "./fold.ts";

const SEPARATORS = /[ -]/g;
const SEPARATORS_AND_DOT = /[ .-]/g;
const DIGITS = /^\d*$/;
const LETTERS_AND_DIGITS = /^[a-z0-9]*$/;
/** By the seventh digit of an RRN. */
const CENTURIES = ["18", "19", "19", "20", "20", "19", "19", "20", "20", "18"];

/** The 13 digits of a resident registration number. Throws InvalidField. */
export function rrn(text: string): string {
  const digits = fold("rrn", text).replace(SEPARATORS, "");
  check("rrn", digits, DIGITS, 13, 13);
  checkDate("rrn", (CENTURIES[Number(digits[6])] ?? "") + digits.slice(0, 6));
  return digits;
}

/** 1 to 32 letters and digits. Throws InvalidField. */
export function customerNumber(text: string): string {
  return withoutDots("customer_number", text, LETTERS_AND_DIGITS, 1, 32);
}

/** 6 to 20 digits. Throws InvalidField. */
export function bankAccount(text: string): string {
  return withoutDots("bank_account", text, DIGITS, 6, 20);
}

/** 13 to 19 digits whose Luhn sum is right (ISO/IEC 7812-1). Throws InvalidField. */
export function cardNumber(text: string): string {
  const digits = fold("card_number", text).replace(SEPARATORS, "");
  check("card_number", digits, DIGITS, 13, 19);
  if (luhn(digits) % 10 !== 0) throw new InvalidField("card_number", "checksum");
  return digits;
}

/** Every second digit from the right is doubled, and 9 taken off where that exceeds 9. */
function luhn(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = Number(digits[digits.length - 1 - index]) * (1 + (index % 2));
    sum += value > 9 ? value - 9 : value;
  }
  return sum;
}

function withoutDots(
  field: string,
  text: string,
  allowed: RegExp,
  shortest: number,
  longest: number,
): string {
  const number = fold(field, text).replace(SEPARATORS_AND_DOT, "");
  if (number === "") throw new InvalidField(field, "empty");
  check(field, number, allowed, shortest, longest);
  return number;
}

function check(field: string, text: string, allowed: RegExp, shortest: number, longest: number): void {
  if (!allowed.test(text)) throw new InvalidField(field, "characters");
  if (text.length < shortest || text.length > longest) throw new InvalidField(field, "length");
}
