/** Proof of work: what a host asks for before it does something dear (PROTOCOL section 10.1). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, fromUtf8, toBase64, toHex, u32, utf8, view } from "./bytes.ts";
import type { KeyKind } from "./catalogue.ts";
import { readJson } from "./json.ts";
import { CHALLENGE_LIMIT } from "./limits.ts";
import { Strict } from "./strict.ts";
import type { Reason } from "./types.ts";

const COUNTERS = 2 ** 22;
const PART_BYTES = 16;

/**
 * The value of the header `Breachdesk-Token` for a challenge as received. It takes as long as its
 * length does not tell: the counter is padded to the digits of the largest one.
 *
 * Throws CheckError(reason) for a challenge that is not for this kind and epoch, or has no solution.
 */
export function tokenOf(challenge: Uint8Array, kind: KeyKind | "desk", epoch: number, reason: Reason): string {
  const strict = new Strict(reason);
  const top = strict.object(readJson(challenge, CHALLENGE_LIMIT, reason), ["parameters", "signature"]);
  strict.hex(top.signature, 32);
  const one = strict.object(top.parameters, [
    "algorithm",
    "nonce",
    "salt",
    "cost",
    "keyLength",
    "keyPrefix",
    "expiresAt",
    "data",
  ]);
  const data = strict.object(one.data, ["kind", "epoch", "release"]);
  strict.integer(one.expiresAt, 0);
  strict.integer(data.release, 0);
  const said = [one.algorithm, one.cost, one.keyLength, data.kind, data.epoch];
  if (JSON.stringify(said) !== JSON.stringify(["SHA-256", 1, 32, kind, epoch])) strict.fail();
  const message = concat(strict.hex(one.salt, PART_BYTES), strict.hex(one.nonce, PART_BYTES), u32(0));
  const { counter, key } = solve(message, strict.hex(one.keyPrefix, PART_BYTES), strict);
  const solution = `{"counter":${String(counter).padStart(7)},"derivedKey":"${toHex(key)}"}`;
  return toBase64(utf8(`{"challenge":${fromUtf8(challenge)},"solution":${solution}}`));
}

/** The counter at the end of `message` whose hash begins with `prefix`. */
function solve(
  message: Uint8Array,
  prefix: Uint8Array,
  strict: Strict,
): { counter: number; key: Uint8Array } {
  const place = view(message);
  for (let counter = 0; counter < COUNTERS; counter++) {
    place.setUint32(2 * PART_BYTES, counter);
    const key = sha256(message);
    // Nearly all differ in the first byte, which is cheaper to see.
    if (key[0] === prefix[0] && equal(key.subarray(0, PART_BYTES), prefix)) return { counter, key };
  }
  return strict.fail();
}
