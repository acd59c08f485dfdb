/** C2SP signed notes: a text, an empty line, and signature lines (PROTOCOL section 9.2). */
import { equal, fromUtf8 } from "./bytes.ts";
import { CHECKPOINT_LIMIT, SIGNATURES_LIMIT } from "./limits.ts";
import { KEY_NAME, Strict } from "./strict.ts";
import type { VKey } from "./vkey.ts";

// eslint-disable-next-line no-control-regex -- C2SP signed-note forbids them
const CONTROL = /[\x00-\x09\x0b-\x1f]/;
const LINE = /^\u2014 (\S+) (\S+)$/;
const KEY_ID_BYTES = 4;
const STRICT = new Strict("checkpoint");

/** One line. `data` is what follows the key id. */
export interface Signature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly data: Uint8Array;
}

/** `body` ends with a newline; it is what signatures cover. */
export interface Note {
  readonly text: string;
  readonly body: string;
  readonly signatures: readonly Signature[];
}

/** Reads a note, its signatures unchecked. Throws CheckError("checkpoint"). */
export function parseNote(bytes: Uint8Array): Note {
  const text = decode(bytes);
  const gap = text.lastIndexOf("\n\n");
  if (gap < 0 || !text.endsWith("\n") || gap + 2 === text.length) {
    STRICT.fail();
  }
  const lines = text.slice(gap + 2, -1).split("\n");
  if (lines.length > SIGNATURES_LIMIT) STRICT.fail();
  return { text, body: text.slice(0, gap + 1), signatures: lines.map(signature) };
}

export function signedBy(signature: Signature, key: VKey): boolean {
  return signature.name === key.name && equal(signature.id, key.id);
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > CHECKPOINT_LIMIT) STRICT.fail();
  const text = readText(bytes);
  if (CONTROL.test(text)) STRICT.fail();
  return text;
}

function readText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return STRICT.fail();
  }
}

function signature(line: string): Signature {
  const [, name, encoded] = LINE.exec(line) ?? [];
  const known = STRICT.text(name, 4096, KEY_NAME);
  const bytes = STRICT.base64(encoded);
  if (bytes.length <= KEY_ID_BYTES) STRICT.fail();
  return { name: known, id: bytes.subarray(0, KEY_ID_BYTES), data: bytes.subarray(KEY_ID_BYTES) };
}
