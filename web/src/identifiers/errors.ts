/** The one error of canonical forms. */

/** Every reason of PROTOCOL section 3; the list is closed. */
export type InvalidReason =
  | "empty"
  | "too-long"
  | "characters"
  | "length"
  | "format"
  | "century"
  | "date"
  | "checksum";

/** A text that is no spelling of any value of its field. It never holds the text. */
export class InvalidField extends Error {
  override name = "InvalidField";
  readonly field: string;
  readonly reason: InvalidReason;

  constructor(field: string, reason: InvalidReason) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}
