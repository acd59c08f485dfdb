/** From a checkpoint to the manifest in force (PROTOCOL section 9.4, steps 1 to 5 without keys). */
import { equal, fromBase64 } from "./bytes.ts";
import { type Checkpoint, type LogKeys, openCheckpoint } from "./checkpoint.ts";
import { CheckError } from "./errors.ts";
import { CHECKPOINT_LIMIT, LOG_SIZE_LIMIT, MANIFEST_LIMIT } from "./limits.ts";
import { decodeEntry, type Manifest } from "./manifest.ts";
import { HASH_BYTES, leafHash, logRoot } from "./tree.ts";
import type { Remembered } from "./types.ts";

/** Fetches a file below `/v1/`, of at most `limit` bytes. */
export type Read = (path: string, limit: number) => Promise<Uint8Array>;

/** The bytes are as read, for evidence. */
export interface Followed {
  readonly checkpoint: Checkpoint;
  readonly leaves: Uint8Array;
  readonly entry: Uint8Array;
  readonly entryHash: Uint8Array;
  /** The entries passed over, newest first. */
  readonly tombstones: readonly Uint8Array[];
  readonly manifest: Manifest;
}

export function releasePath(number: number): string {
  return `releases/${String(number).padStart(6, "0")}`;
}

/** The release in force. `now` is in Unix seconds. Throws CheckError with what does not hold. */
export async function follow(
  read: Read,
  keys: LogKeys,
  now: number,
  remembered?: Remembered,
): Promise<Followed> {
  // 1
  const text = await read("checkpoint", CHECKPOINT_LIMIT);
  const checkpoint = openCheckpoint(text, keys, now);
  const { size } = checkpoint;
  if (size === 0) throw new CheckError("checkpoint");
  // 2, with the newest entry of 4 on its way
  const readEntry = (number: number): Promise<Uint8Array> =>
    read(`${releasePath(number)}/entry.json`, MANIFEST_LIMIT);
  const [leaves, newest] = await Promise.all([
    read(`${releasePath(size)}/leaves`, HASH_BYTES * LOG_SIZE_LIMIT),
    readEntry(size),
  ]);
  const hashes = openLeaves(leaves, checkpoint);
  // 3
  if (remembered?.origin === checkpoint.origin) checkHistory(remembered, hashes);
  // 4
  const tombstones: Uint8Array[] = [];
  const retired: string[] = [];
  for (let number = size; number > 0; number--) {
    const entry = number === size ? newest : await readEntry(number);
    const entryHash = leafHash(entry);
    if (!equal(entryHash, hashes[number - 1] ?? new Uint8Array())) {
      throw new CheckError("leaves");
    }
    const found = decodeEntry(entry, checkpoint.origin, number);
    if (!("retired" in found)) {
      if (found.incidents.every(({ id }) => retired.includes(id))) throw new CheckError("retired");
      return { checkpoint, leaves, entry, entryHash, tombstones, manifest: found };
    }
    tombstones.push(entry);
    retired.push(found.retired);
  }
  throw new CheckError("checkpoint");
}

function openLeaves(bytes: Uint8Array, { size, root }: Checkpoint): Uint8Array[] {
  if (bytes.length !== HASH_BYTES * size) throw new CheckError("leaves");
  const leaves = Array.from({ length: size }, (_, index) =>
    bytes.subarray(HASH_BYTES * index, HASH_BYTES * (index + 1)),
  );
  if (!equal(logRoot(leaves), root)) throw new CheckError("leaves");
  return leaves;
}

/** The log only grew. A remembered root that is no base64 is none that this log ever had. */
function checkHistory(remembered: Remembered, leaves: readonly Uint8Array[]): void {
  if (leaves.length < remembered.size) throw new CheckError("rollback");
  const root = fromBase64(remembered.root) ?? new Uint8Array();
  if (!equal(logRoot(leaves.slice(0, remembered.size)), root)) {
    throw new CheckError("fork");
  }
}
