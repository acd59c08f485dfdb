/** Checkpoints: what is signed, by whom, and how long ago (PROTOCOL sections 9.2 and 9.3). */
import { utf8, view } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import { LOG_SIZE_LIMIT } from "./limits.ts";
import { type Note, parseNote, signedBy } from "./note.ts";
import { Strict } from "./strict.ts";
import { HASH_BYTES } from "./tree.ts";
import { verifySignature, type VKey } from "./vkey.ts";

const OLDEST_SECONDS = 7 * 24 * 3600;
const FUTURE_SECONDS = 24 * 3600;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const BODY = /^([^\n]+)\n(0|[1-9]\d{0,5})\n([^\n]+)\n$/;
const STRICT = new Strict("checkpoint");

/** The keys that a service document names. */
export interface LogKeys {
  readonly log: VKey;
  readonly timestamps: readonly VKey[];
}

/** A checkpoint whose signatures held. */
export interface Checkpoint {
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** The newest cosignature's, in Unix seconds. */
  readonly time: number;
  /** By the name of each timestamp key that signed: when, in Unix seconds. */
  readonly stamps: ReadonlyMap<string, number>;
}

/**
 * Step 1 of 9.4: signatures and freshness, with `now` in Unix seconds.
 *
 * Throws CheckError: checkpoint, signature, stale or clock.
 */
export function openCheckpoint(bytes: Uint8Array, keys: LogKeys, now: number): Checkpoint {
  const note = parseNote(bytes);
  const { origin, size, root } = parseBody(note.body);
  if (origin !== keys.log.name) STRICT.fail();
  checkLogLines(note, keys.log);
  const stamps = new Map<string, number>();
  for (const key of keys.timestamps) {
    const times = timesOf(note, key);
    if (times.length > 0) stamps.set(key.name, Math.max(...times, stamps.get(key.name) ?? 0));
  }
  if (stamps.size === 0) throw new CheckError("signature");
  const time = Math.max(...stamps.values());
  if (now - time > OLDEST_SECONDS) throw new CheckError("stale");
  if (time - now > FUTURE_SECONDS) throw new CheckError("clock");
  return { text: note.text, origin, size, root, time, stamps };
}

function parseBody(body: string): Pick<Checkpoint, "origin" | "size" | "root"> {
  const [, origin = "", decimal, encoded] = BODY.exec(body) ?? [];
  const size = STRICT.integer(decimal === undefined ? decimal : Number(decimal), 0, LOG_SIZE_LIMIT);
  const root = STRICT.base64(encoded);
  if (root.length !== HASH_BYTES) STRICT.fail();
  return { origin, size, root };
}

/** Every line of the log key holds, and there is one. */
function checkLogLines(note: Note, log: VKey): void {
  const lines = note.signatures.filter((one) => signedBy(one, log));
  for (const { data } of lines) verifySignature(log, data, utf8(note.body));
  if (lines.length === 0) throw new CheckError("signature");
}

/** The times of this key's cosignatures, each of which must hold. */
function timesOf(note: Note, key: VKey): number[] {
  return note.signatures
    .filter((one) => signedBy(one, key))
    .map(({ data }) => {
      if (data.length !== TIME_BYTES + SIGNATURE_BYTES) {
        throw new CheckError("signature");
      }
      const time = view(data).getBigUint64(0);
      const signed = utf8(`cosignature/v1\ntime ${time.toString()}\n${note.body}`);
      verifySignature(key, data.subarray(TIME_BYTES), signed);
      return Number(time);
    });
}
