/** Bucket files (PROTOCOL sections 6.1 and 7). */
import { concat, equal, u32, utf8, view } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import { releasePath } from "./log.ts";
import type { Manifest } from "./manifest.ts";
import { HASH_BYTES, leafHash, rootOfPath } from "./tree.ts";

export const ENTRY_BYTES = 64;
const HEADER_BYTES = 64;
const MAGIC = utf8("BDBUCKET");
const RESERVED = new Uint8Array(12);

/** The bucket of an output among `count` = 2^b: its top b bits. */
export function bucketIndex(out: Uint8Array, count: number): number {
  const bits = Math.log2(count);
  return bits === 0 ? 0 : view(out).getUint32(0) >>> (32 - bits);
}

export function bucketPath(manifest: Manifest, index: number): string {
  return `${releasePath(manifest.release)}/buckets/${index.toString(16).padStart(8, "0")}`;
}

/** Bytes of each bucket file of the release, path included. */
export function bucketLength({ buckets: { capacity, count } }: Manifest): number {
  return HEADER_BYTES + ENTRY_BYTES * capacity + HASH_BYTES * Math.log2(count);
}

/**
 * The body of bucket `index`, after the checks of 7.4.
 *
 * Throws CheckError: bucket-length, bucket-header or bucket-path.
 */
export function openBucket(bytes: Uint8Array, manifest: Manifest, index: number): Uint8Array {
  const { capacity, count, root } = manifest.buckets;
  if (bytes.length !== bucketLength(manifest)) {
    throw new CheckError("bucket-length");
  }
  const header = concat(MAGIC, manifest.releaseId, u32(index), u32(count), u32(capacity), RESERVED);
  if (!equal(bytes.subarray(0, HEADER_BYTES), header)) {
    throw new CheckError("bucket-header");
  }
  const end = HEADER_BYTES + ENTRY_BYTES * capacity;
  if (!equal(rootOfPath(leafHash(bytes.subarray(0, end)), index, bytes.subarray(end)), root)) {
    throw new CheckError("bucket-path");
  }
  return bytes.subarray(HEADER_BYTES, end);
}
