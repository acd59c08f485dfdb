/** Merkle trees: the log's (RFC 6962 section 2.1) and the buckets' (PROTOCOL section 7.3). */
import { sha256 } from "@noble/hashes/sha2.js";

export const HASH_BYTES = 32;
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export function leafHash(bytes: Uint8Array): Uint8Array {
  return sha256.create().update(LEAF_PREFIX).update(bytes).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(NODE_PREFIX).update(left).update(right).digest();
}

/**
 * The RFC 6962 root over leaf hashes. Pairing neighbours and carrying an odd last one up gives the
 * same tree as RFC 6962's split at the largest power of two.
 */
export function logRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = level.slice(at, at + 2);
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
    }
    level = above;
  }
  return level[0] ?? sha256(new Uint8Array());
}

/** The root that `path`, siblings from the bottom up, leads to from leaf `index`. */
export function rootOfPath(leaf: Uint8Array, index: number, path: Uint8Array): Uint8Array {
  let found = leaf;
  for (let at = 0, place = index; at < path.length; at += HASH_BYTES, place >>>= 1) {
    const sibling = path.subarray(at, at + HASH_BYTES);
    found = place & 1 ? nodeHash(sibling, found) : nodeHash(found, sibling);
  }
  return found;
}
