/** The one error of the protocol core. */
import type { Reason } from "./types.ts";

/** Something that PROTOCOL.md does not allow: "could not be checked". It never holds a value. */
export class CheckError extends Error {
  override name = "CheckError";
  readonly reason: Reason;
  /** Seconds, from the Retry-After of a refusal. */
  readonly retryAfter: number | undefined;
  /** The name of the evaluator that failed, where there are several. */
  evaluator?: string;

  constructor(reason: Reason, retryAfter?: number) {
    super(reason);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}
