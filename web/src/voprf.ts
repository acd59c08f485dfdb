/**
 * The asking side of RFC 9497, ristretto255-SHA512, mode VOPRF: spec/PROTOCOL.md sections 2 and 5.
 *
 * The group and hashing to it are noble's. Its own RFC 9497 layer is not used: it unblinds for every
 * share, decodes each element again, and brings modes that nobody here asks for. This module decides
 * what is checked and in which order, sums the answers of several evaluators with additive key
 * shares, and gives every failure its own type. No message holds a value, only which one is wrong.
 */
import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { concat, equal, lp16, u16, utf8 } from "./bytes.ts";

export const ELEMENT_BYTES = 32;
export const SCALAR_BYTES = 32;
export const PROOF_BYTES = 64;
export const OUTPUT_BYTES = 64;
export const POSSESSION_BYTES = ELEMENT_BYTES + PROOF_BYTES;
/** RFC 9497 section 1.2: PrivateInput is at most 2^16 - 1 bytes. */
export const INPUT_BYTES_MAX = 0xffff;

const { Point } = ristretto255;
const { Fn } = Point;
type Element = InstanceType<typeof Point>;

/** RFC 9497 section 3.1, with mode 0x01 and the suite of section 4.1. */
const CONTEXT = utf8("OPRFV1-\u0001-ristretto255-SHA512");
const TO_GROUP = { DST: concat(utf8("HashToGroup-"), CONTEXT) };
const TO_SCALAR = { DST: concat(utf8("HashToScalar-"), CONTEXT) };
const SEED_DST = concat(utf8("Seed-"), CONTEXT);
const COMPOSITE = utf8("Composite");
const CHALLENGE = utf8("Challenge");
const FINALIZE = utf8("Finalize");
/** Wide enough that reducing it is uniform (RFC 9497 section 4.7.2). */
const RANDOM_BYTES = 64;
/** The blind that hides nothing: for proofs of possession and channel tokens. */
export const ONE = Fn.toBytes(Fn.ONE);

/** Base of this module's errors. */
export class VoprfError extends Error {
  override name = "VoprfError";
  /** Which of several evaluations it was, from 0. */
  share?: number;
}

/** A group element is badly encoded, the identity, or a share key that stands twice. */
export class ElementError extends VoprfError {
  override name = "ElementError";
}

/** A scalar is zero, not reduced, or not 32 bytes. */
export class ScalarError extends VoprfError {
  override name = "ScalarError";
}

/** An input cannot be asked: too long, or it hashes to the identity; or shares without answers. */
export class InputError extends VoprfError {
  override name = "InputError";
}

/** A proof does not hold for this key and these elements. */
export class ProofError extends VoprfError {
  override name = "ProofError";
}

/** The element to send, and the scalar that undoes it, which never leaves the device. */
export interface Blinding {
  readonly blind: Uint8Array;
  readonly element: Uint8Array;
}

/** What an evaluator answers (PROTOCOL 5.2): 32 bytes and 64 bytes. */
export interface Evaluation {
  readonly element: Uint8Array;
  readonly proof: Uint8Array;
}

/**
 * Blind (PROTOCOL 5.1) with a fresh random scalar. `fixedBlind` is for published vectors only.
 *
 * Throws InputError for an input over 65535 bytes or one that hashes to the identity.
 */
export function blind(input: Uint8Array, fixedBlind?: Uint8Array): Blinding {
  checkInput(input);
  const scalar = fixedBlind === undefined ? randomScalar() : decodeScalar(fixedBlind, "fixed blind");
  const element = ristretto255_hasher.hashToCurve(input, TO_GROUP);
  if (element.is0()) throw new InputError("input: it hashes to the identity");
  return { blind: Fn.toBytes(scalar), element: element.multiply(scalar).toBytes() };
}

/**
 * Finalize with one evaluator (RFC 9497 section 3.3.2): the 64-byte output, once the proof holds.
 *
 * Throws ProofError, or ElementError for a bad element or key.
 */
export function finalize(
  input: Uint8Array,
  blinding: Blinding,
  evaluation: Evaluation,
  publicKey: Uint8Array,
): Uint8Array {
  return finalizeShares(input, blinding, [evaluation], [publicKey]);
}

/**
 * The 64-byte output under the whole key, from one evaluation of each share, in the keys' order.
 * The steps are those of PROTOCOL 5.3.
 *
 * Throws ProofError when any proof fails against its share's key; ElementError for a bad element or
 * key, a share key that stands twice, or a sum that is the identity; InputError when there is not
 * exactly one evaluation for each share key.
 */
export function finalizeShares(
  input: Uint8Array,
  blinding: Blinding,
  evaluations: readonly Evaluation[],
  sharePublics: readonly Uint8Array[],
): Uint8Array {
  checkInput(input);
  const scalar = decodeScalar(blinding.blind, "blind");
  const blinded = decodeElement(blinding.element, "blinded element");
  const keys = decodeShares(sharePublics);
  if (evaluations.length !== sharePublics.length) {
    throw new InputError("evaluations: expected one for each share key");
  }

  // 1. Every proof, before any result is used.
  const elements = evaluations.map(({ element: bytes, proof }, share) =>
    ofShare(share, () => {
      const [key, element] = [keys[share], decodeElement(bytes, "evaluated element")];
      if (!key || !holds(key, blinded, element, proof)) {
        throw new ProofError("proof: it does not hold for this key");
      }
      return element;
    }),
  );
  // 2. The sum.
  const total = sum(elements);
  if (total.is0()) throw new ElementError("evaluated elements: their sum is the identity");
  // 3. Unblind once, and hash.
  const unblinded = total.multiply(Fn.inv(scalar)).toBytes();
  return sha512(concat(lp16(input), lp16(unblinded), FINALIZE));
}

/**
 * The public key of the sum of the shares' secrets (PROTOCOL 5.4).
 *
 * Throws ElementError for a bad key, the identity as key or as sum, and a key that stands twice;
 * InputError when there is none.
 */
export function combinePublic(sharePublics: readonly Uint8Array[]): Uint8Array {
  return sum(decodeShares(sharePublics)).toBytes();
}

/**
 * Check that whoever published `publicKey` holds its secret (PROTOCOL 5.4): `possession` is the
 * evaluation of `context` under blind 1, with its proof.
 *
 * Throws ProofError unless it holds; ElementError when the key or the evaluated element is bad.
 */
export function verifyPossession(
  publicKey: Uint8Array,
  context: Uint8Array,
  possession: Uint8Array,
): void {
  if (possession.length !== POSSESSION_BYTES) {
    throw new ProofError(`proof of possession: expected ${POSSESSION_BYTES} bytes`);
  }
  const evaluation = {
    element: possession.subarray(0, ELEMENT_BYTES),
    proof: possession.subarray(ELEMENT_BYTES),
  };
  finalize(context, blind(context, ONE), evaluation, publicKey);
}

/** What `action` gives; its error says which share it is about. */
function ofShare<T>(share: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof VoprfError) error.share = share;
    throw error;
  }
}

/** The share keys, of which none stands twice and whose sum is no identity. */
function decodeShares(sharePublics: readonly Uint8Array[]): Element[] {
  if (sharePublics.length === 0) throw new InputError("share keys: expected one or more");
  const keys = sharePublics.map((key) => decodeElement(key, "share key"));
  keys.forEach((key, index) => {
    if (keys.slice(0, index).some((earlier) => earlier.equals(key))) {
      throw new ElementError("share keys: one stands twice");
    }
  });
  if (sum(keys).is0()) throw new ElementError("share keys: their sum is the identity");
  return keys;
}

/**
 * VerifyProof (RFC 9497 section 2.2.2) for one element: whether `evaluated` was made of `blinded`
 * with the secret of `key`. Everything here is public, so time may vary.
 *
 * The composites (section 2.2.1) are M = d * blinded and Z = d * evaluated, with one weight d.
 */
function holds(key: Element, blinded: Element, evaluated: Element, proof: Uint8Array): boolean {
  const [c, s] = proofScalars(proof);
  if (c === undefined || s === undefined) return false;
  const keyBytes = lp16(key.toBytes());
  const seed = sha512(concat(keyBytes, lp16(SEED_DST)));
  const pair = [lp16(blinded.toBytes()), lp16(evaluated.toBytes())];
  const d = toScalar(lp16(seed), u16(0), ...pair, COMPOSITE);
  const composites = [blinded.multiplyUnsafe(d), evaluated.multiplyUnsafe(d)];
  const shown = [
    ...composites,
    mulAddUnsafe(Point, [Point.BASE, key], [s, c]),
    mulAddUnsafe(Point, composites, [s, c]),
  ];
  const expected = toScalar(keyBytes, ...shown.map((each) => lp16(each.toBytes())), CHALLENGE);
  return equal(Fn.toBytes(expected), proof.subarray(0, SCALAR_BYTES));
}

/** `c` and `s` where both are canonical; nothing where they are not. */
function proofScalars(proof: Uint8Array): bigint[] {
  if (proof.length !== PROOF_BYTES) return [];
  try {
    return [proof.subarray(0, SCALAR_BYTES), proof.subarray(SCALAR_BYTES)].map((s) => Fn.fromBytes(s));
  } catch {
    return [];
  }
}

function toScalar(...parts: readonly Uint8Array[]): bigint {
  return ristretto255_hasher.hashToScalar(concat(...parts), TO_SCALAR);
}

/** Uniform and not zero (RFC 9497 section 2.1). */
function randomScalar(): bigint {
  for (;;) {
    const wide = randomBytes(RANDOM_BYTES);
    const scalar = wide.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    if (!Fn.is0(Fn.create(scalar))) return Fn.create(scalar);
  }
}

function sum(elements: readonly Element[]): Element {
  return elements.reduce((total, element) => total.add(element), Point.ZERO);
}

function checkInput(input: Uint8Array): void {
  if (input.length > INPUT_BYTES_MAX) {
    throw new InputError(`input: longer than ${INPUT_BYTES_MAX} bytes`);
  }
}

/** PROTOCOL section 2: canonical and not the identity. */
function decodeElement(bytes: Uint8Array, what: string): Element {
  let element: Element;
  try {
    element = Point.fromBytes(bytes);
  } catch {
    throw new ElementError(`${what}: not the canonical encoding of an element`);
  }
  if (element.is0()) throw new ElementError(`${what}: the identity`);
  return element;
}

function decodeScalar(bytes: Uint8Array, what: string): bigint {
  let scalar: bigint;
  try {
    scalar = Fn.fromBytes(bytes);
  } catch {
    throw new ScalarError(`${what}: not the canonical encoding of a scalar`);
  }
  if (Fn.is0(scalar)) throw new ScalarError(`${what}: zero`);
  return scalar;
}
