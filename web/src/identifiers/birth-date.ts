/** Birth dates, also those inside resident registration numbers (PROTOCOL 3.4 and 3.7). */
import { InvalidField } from "./errors.ts";
import { fold } from "./fold.ts";

const FIRST_YEAR = 1880;
const LAST_YEAR = 2099;

/** The forms of 3.4; a year of two digits matches too, and is `century`. */
const FORMS = [
  /^(\d{4}|\d{2})(\d{2})(\d{2})$/,
  /^(\d{4}|\d{2}) *[-./] *(\d{1,2}) *[-./] *(\d{1,2}) *\.?$/,
  /^(\d{4}|\d{2}) +(\d{1,2}) +(\d{1,2})$/,
  /^(\d{4}|\d{2}) *년 *(\d{1,2}) *월 *(\d{1,2}) *일?$/,
];

/** The canonical date, `YYYYMMDD`. Throws InvalidField. */
export function birthDate(text: string): string {
  const folded = fold("birth_date", text);
  for (const form of FORMS) {
    const [, year, month = "", day = ""] = form.exec(folded) ?? [];
    if (year === undefined) continue;
    if (year.length === 2) throw new InvalidField("birth_date", "century");
    const date = year + month.padStart(2, "0") + day.padStart(2, "0");
    checkDate("birth_date", date);
    return date;
  }
  throw new InvalidField("birth_date", "format");
}

/** Throws InvalidField `date` unless `YYYYMMDD` is a date of the calendar in 1880 to 2099. */
export function checkDate(field: string, date: string): void {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(4, 6));
  const day = Number(date.slice(6));
  const known = year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12;
  // Day 0 of the next month is the last of this one.
  if (!known || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    throw new InvalidField(field, "date");
  }
}
