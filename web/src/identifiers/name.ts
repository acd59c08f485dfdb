/** Names (PROTOCOL section 3.3). */
import { InvalidField } from "./errors.ts";
import { codePoints, fold } from "./fold.ts";

/** What U+00C0 to U+017F become, in order; `-` has no equivalent. */
const LATIN = (
  "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th ss " +
  "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th y " +
  "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g " +
  "g g g g h h h h i i i i i i i i i i ij ij j j k k k l l l l l l l " +
  "l l l n n n n n n n ng ng o o o o o o oe oe r r r r r r s s s s s s " +
  "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s"
).split(" ");

const DROPPED = /[\u0300-\u036f '.,-]/g;
const LATIN_LETTER = /[\xc0-\u017f]/g;
const REPERTOIRE = /^[a-z\uac00-\ud7a3\u3400-\u4dbf\u4e00-\u9fff]+$/;

/** The canonical name, 2 to 60 code points. Throws InvalidField. */
export function name(text: string): string {
  const letters = compose(
    fold("name", text)
      .replace(DROPPED, "")
      .replace(LATIN_LETTER, (letter) => LATIN[letter.charCodeAt(0) - 0xc0] ?? "-"),
  );
  if (letters === "") throw new InvalidField("name", "empty");
  if (!REPERTOIRE.test(letters)) throw new InvalidField("name", "characters");
  const length = codePoints(letters);
  if (length < 2 || length > 60) throw new InvalidField("name", "length");
  return letters;
}

/** Composes conjoining jamo (step 2), each looking only at the last one written. */
function compose(letters: string): string {
  let written = "";
  for (const letter of letters) {
    const made = pair(written.charCodeAt(written.length - 1), letter.charCodeAt(0));
    written = made === 0 ? written + letter : written.slice(0, -1) + String.fromCharCode(made);
  }
  return written;
}

/** The syllable that `point` makes of the `last` one written, or 0. */
function pair(last: number, point: number): number {
  if (within(last, 0x1100, 0x1112) && within(point, 0x1161, 0x1175)) {
    return 0xac00 + ((last - 0x1100) * 21 + (point - 0x1161)) * 28;
  }
  const open = within(last, 0xac00, 0xd7a3) && (last - 0xac00) % 28 === 0;
  return open && within(point, 0x11a8, 0x11c2) ? last + (point - 0x11a7) : 0;
}

function within(point: number, first: number, final: number): boolean {
  return point >= first && point <= final;
}
