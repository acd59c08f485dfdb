/** Sizes that every party keeps to (PROTOCOL sections 8.2, 9.2 and 12). Bytes unless said. */
export const CHECKPOINT_LIMIT = 16 * 1024;
export const MANIFEST_LIMIT = 256 * 1024;
export const LOG_SIZE_LIMIT = 10_000; // entries
export const SERVICE_LIMIT = 64 * 1024;
export const SIGNATURES_LIMIT = 16; // lines
export const EVALUATION_BYTES = 96;
export const WAIT_MILLISECONDS = 20_000;
/** A proof-of-work challenge (10.1). */
export const CHALLENGE_LIMIT = 4096;
/** What the channel service answers to a request for a code, and any problem document. */
export const ANSWER_LIMIT = 1024;
/** Of one kind. */
export const SHARES_LIMIT = 16;
