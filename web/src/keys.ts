/** The keys of a manifest, and the output made under them (PROTOCOL sections 5.3 and 5.4). */
import { KEY_KINDS, KINDS } from "./catalogue.ts";
import { concat, equal, toHex, u32, u8, utf8 } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import type { KeyList, Manifest } from "./manifest.ts";
import type { Evaluator, Service } from "./service.ts";
import type { Reason } from "./types.ts";
import {
  type Blinding,
  combinePublic,
  ELEMENT_BYTES,
  ElementError,
  type Evaluation,
  finalizeShares,
  ProofError,
  verifyPossession,
  VoprfError,
} from "./voprf.ts";

const CONTEXT = utf8("breachdesk/possession/v1");

/** Every list of shares sums to its combined key. Throws CheckError("key"). */
export function checkKeys(manifest: Manifest): void {
  for (const list of Object.values(manifest.keys)) {
    const sum = mapped("key", () => combinePublic(list.shares.map((share) => share.public)));
    if (!equal(sum, list.public)) throw new CheckError("key");
  }
}

/** Every holder has its share. The dear part of 5.4. Throws CheckError("possession"). */
export function checkPossession(manifest: Manifest): void {
  KEY_KINDS.forEach((kind, number) => {
    const context = concat(CONTEXT, u8(number), u32(manifest.epoch));
    for (const share of manifest.keys[kind]?.shares ?? []) {
      mapped("possession", () => {
        verifyPossession(share.public, context, share.possession);
      });
    }
  });
}

/** The evaluators of `list` in its order. Throws CheckError("key") unless they are exactly its shares. */
export function evaluatorsOf(list: KeyList, known: readonly Evaluator[]): Evaluator[] {
  const byKey = new Map(known.map((one) => [toHex(one.public), one]));
  const found = list.shares.flatMap((share) => byKey.get(toHex(share.public)) ?? []);
  if (found.length !== list.shares.length || known.length !== found.length) {
    throw new CheckError("key");
  }
  return found;
}

/** The service's evaluators are the manifest's, for each kind in use (section 10). */
export function checkEvaluators(manifest: Manifest, service: Service): void {
  for (const kind of KINDS) {
    const list = manifest.keys[kind];
    if (list) evaluatorsOf(list, service.evaluators[kind]);
  }
}

/**
 * The output (5.3) from 96 bytes of each evaluator, in the order of the shares as `evaluators` are.
 *
 * Throws CheckError: element or proof, with the name of the evaluator where there are several.
 */
export function outputOf(
  input: Uint8Array,
  blinding: Blinding,
  answers: readonly Uint8Array[],
  list: KeyList,
  evaluators: readonly Evaluator[] = [],
): Uint8Array {
  const evaluations = answers.map(
    (bytes): Evaluation => ({
      element: bytes.subarray(0, ELEMENT_BYTES),
      proof: bytes.subarray(ELEMENT_BYTES),
    }),
  );
  const publics = list.shares.map((share) => share.public);
  try {
    return finalizeShares(input, blinding, evaluations, publics);
  } catch (error) {
    if (error instanceof ProofError || error instanceof ElementError) {
      const failed = new CheckError(error instanceof ProofError ? "proof" : "element");
      throw blame(failed, evaluators, error.share);
    }
    throw error;
  }
}

/** The same error with the name of the evaluator, if it is one of several. */
export function blame(error: unknown, evaluators: readonly Evaluator[], index = -1): unknown {
  const one = evaluators.length > 1 ? evaluators[index] : undefined;
  if (one && error instanceof CheckError) error.evaluator = one.name;
  return error;
}

function mapped<T>(reason: Reason, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof VoprfError) throw new CheckError(reason);
    throw error;
  }
}
