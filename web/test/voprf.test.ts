import { readFileSync } from "node:fs";
import { ristretto255, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import {
  blind,
  combinePublic,
  ElementError,
  type Evaluation,
  finalize,
  finalizeShares,
  InputError,
  OUTPUT_BYTES,
  ProofError,
  ScalarError,
  verifyPossession,
  VoprfError,
} from "../src/voprf.ts";
import { fromHex, toHex } from "./hex.ts";

interface Vector {
  readonly Batch: number;
  readonly Blind: string;
  readonly BlindedElement: string;
  readonly EvaluationElement: string;
  readonly Input: string;
  readonly Output: string;
  readonly Proof?: { readonly proof: string; readonly r: string };
}

interface Suite {
  readonly identifier: string;
  readonly mode: number;
  readonly seed: string;
  readonly keyInfo: string;
  readonly skSm: string;
  readonly pkSm?: string;
  readonly vectors: readonly Vector[];
}

const file = new URL("../../spec/vectors/rfc9497.json", import.meta.url);
const { suites } = JSON.parse(readFileSync(file, "utf8")) as { suites: readonly Suite[] };
const { oprf, voprf } = ristretto255_oprf;
const { Point } = ristretto255;
const { Fn } = Point;
const INPUT = new TextEncoder().encode("an input");
const IDENTITY = Point.ZERO.toBytes();

function suiteOf(mode: number): Suite {
  const suite = suites.find((each) => each.mode === mode);
  if (suite === undefined) throw new Error(`no suite of mode ${mode}`);
  return suite;
}

function evaluate(secret: Uint8Array, element: Uint8Array): Evaluation {
  const made = voprf.blindEvaluate(secret, Point.BASE.multiply(Fn.fromBytes(secret)).toBytes(), element);
  return { element: made.evaluated, proof: made.proof };
}

/** A key cut into additive shares, as several evaluators hold it. */
function shared(count: number): {
  whole: Uint8Array;
  secrets: Uint8Array[];
  publics: Uint8Array[];
} {
  const pairs = Array.from({ length: count }, () => voprf.generateKeyPair());
  const whole = pairs.reduce((total, pair) => Fn.add(total, Fn.fromBytes(pair.secretKey)), Fn.ZERO);
  return {
    whole: Fn.toBytes(whole),
    secrets: pairs.map((pair) => pair.secretKey),
    publics: pairs.map((pair) => pair.publicKey),
  };
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

describe("RFC 9497 A.1.2, ristretto255-SHA512 in mode VOPRF", () => {
  const suite = suiteOf(1);
  const single = suite.vectors.filter((vector) => vector.Batch === 1);
  const publicKey = fromHex(suite.pkSm ?? "");

  it("has the vectors of the RFC", () => {
    expect(suite.identifier).toBe("ristretto255-SHA512");
    expect(single).toHaveLength(2);
  });

  it("derives the published key pair", () => {
    const pair = voprf.deriveKeyPair(fromHex(suite.seed), fromHex(suite.keyInfo));
    expect(toHex(pair.secretKey)).toBe(suite.skSm);
    expect(toHex(pair.publicKey)).toBe(suite.pkSm);
  });

  it.each(single)("blinds and finalizes input $Input to the byte", (vector) => {
    const input = fromHex(vector.Input);
    const blinding = blind(input, fromHex(vector.Blind));
    expect(toHex(blinding.element)).toBe(vector.BlindedElement);
    const evaluation = {
      element: fromHex(vector.EvaluationElement),
      proof: fromHex(vector.Proof?.proof ?? ""),
    };
    expect(toHex(finalize(input, blinding, evaluation, publicKey))).toBe(vector.Output);
  });
});

describe("RFC 9497 A.1.1, ristretto255-SHA512 in mode OPRF", () => {
  // Section 5.3 step 3 unblinds with this mode's Finalize.
  it.each(suiteOf(0).vectors)("finalizes input $Input to the byte", (vector) => {
    const output = oprf.finalize(
      fromHex(vector.Input),
      fromHex(vector.Blind),
      fromHex(vector.EvaluationElement),
    );
    expect(toHex(output)).toBe(vector.Output);
  });
});

describe("one evaluator", () => {
  const { secretKey, publicKey } = voprf.generateKeyPair();
  const other = voprf.generateKeyPair();
  const blinding = blind(INPUT);
  const evaluation = evaluate(secretKey, blinding.element);

  it("gives the same output under every blind", () => {
    const again = blind(INPUT);
    expect(again.element).not.toEqual(blinding.element);
    const first = finalize(INPUT, blinding, evaluation, publicKey);
    expect(first).toHaveLength(OUTPUT_BYTES);
    expect(finalize(INPUT, again, evaluate(secretKey, again.element), publicKey)).toEqual(first);
  });

  it.each([0, 31, 32, 63])("refuses a proof with byte %i changed", (index) => {
    const bad = { ...evaluation, proof: flipped(evaluation.proof, index) };
    expect(() => finalize(INPUT, blinding, bad, publicKey)).toThrow(ProofError);
  });

  it.each([0, 63, 65])("refuses a proof of %i bytes", (length) => {
    const proof = new Uint8Array(length);
    expect(() => finalize(INPUT, blinding, { ...evaluation, proof }, publicKey)).toThrow(ProofError);
  });

  it("refuses an evaluation under another key", () => {
    expect(() => finalize(INPUT, blinding, evaluation, other.publicKey)).toThrow(ProofError);
    const swapped = evaluate(other.secretKey, blinding.element);
    expect(() => finalize(INPUT, blinding, swapped, publicKey)).toThrow(ProofError);
  });

  it("refuses an element that the proof is not about", () => {
    const bad = { ...evaluation, element: blinding.element };
    expect(() => finalize(INPUT, blinding, bad, publicKey)).toThrow(ProofError);
  });

  it.each([
    ["the identity", IDENTITY],
    ["not canonical", new Uint8Array(32).fill(0xff)],
    ["too short", new Uint8Array(31)],
    ["too long", new Uint8Array(33)],
    ["empty", new Uint8Array()],
  ])("refuses an element or key that is %s", (_, bad) => {
    const wrong = { ...evaluation, element: bad };
    expect(() => finalize(INPUT, blinding, wrong, publicKey)).toThrow(ElementError);
    expect(() => finalize(INPUT, blinding, evaluation, bad)).toThrow(ElementError);
    expect(() => finalize(INPUT, { ...blinding, element: bad }, evaluation, publicKey)).toThrow(
      ElementError,
    );
  });
});

describe("several evaluators with additive key shares", () => {
  it.each([1, 2, 3])("answer as the whole key does, with %i of them", (count) => {
    const { whole, secrets, publics } = shared(count);
    const blinding = blind(INPUT);
    const evaluations = secrets.map((secret) => evaluate(secret, blinding.element));
    const combined = combinePublic(publics);
    expect(combined).toEqual(Point.BASE.multiply(Fn.fromBytes(whole)).toBytes());
    expect(finalizeShares(INPUT, blinding, evaluations, publics)).toEqual(
      finalize(INPUT, blinding, evaluate(whole, blinding.element), combined),
    );
  });

  it("are all checked: one bad proof spoils the answer, and so do answers in another order", () => {
    const { secrets, publics } = shared(2);
    const blinding = blind(INPUT);
    const [first, second] = secrets.map((secret) => evaluate(secret, blinding.element));
    if (first === undefined || second === undefined) throw new Error("two shares");
    const bad = { ...second, proof: flipped(second.proof, 40) };
    expect(() => finalizeShares(INPUT, blinding, [first, bad], publics)).toThrow(ProofError);
    expect(() => finalizeShares(INPUT, blinding, [second, first], publics)).toThrow(ProofError);
  });

  it("need one evaluation for each key", () => {
    const { secrets, publics } = shared(2);
    const blinding = blind(INPUT);
    const evaluations = secrets.map((secret) => evaluate(secret, blinding.element));
    for (const some of [[], evaluations.slice(0, 1), [...evaluations, ...evaluations]]) {
      expect(() => finalizeShares(INPUT, blinding, some, publics)).toThrow(InputError);
    }
    expect(() => finalizeShares(INPUT, blinding, [], [])).toThrow(InputError);
  });

  it("may not repeat a key, nor cancel each other out", () => {
    const { secretKey, publicKey } = voprf.generateKeyPair();
    const opposite = Fn.toBytes(Fn.neg(Fn.fromBytes(secretKey)));
    const oppositeKey = Point.BASE.multiply(Fn.fromBytes(opposite)).toBytes();
    expect(() => combinePublic([publicKey, publicKey])).toThrow(ElementError);
    expect(() => combinePublic([publicKey, oppositeKey])).toThrow(ElementError);
    expect(() => combinePublic([publicKey, IDENTITY])).toThrow(ElementError);
    const blinding = blind(INPUT);
    const evaluation = evaluate(secretKey, blinding.element);
    expect(() =>
      finalizeShares(INPUT, blinding, [evaluation, evaluation], [publicKey, publicKey]),
    ).toThrow(ElementError);
  });
});

describe("what cannot be asked", () => {
  it("is an input over 65535 bytes", () => {
    expect(() => blind(new Uint8Array(65536))).toThrow(InputError);
    expect(blind(new Uint8Array(65535)).element).toHaveLength(32);
  });

  it.each([
    ["zero", new Uint8Array(32)],
    ["not reduced", new Uint8Array(32).fill(0xff)],
    ["too short", new Uint8Array(31).fill(1)],
  ])("is a blind that is %s", (_, bad) => {
    expect(() => blind(INPUT, bad)).toThrow(ScalarError);
  });

  it("says which one is wrong and never its value", () => {
    expect.assertions(2);
    try {
      blind(INPUT, new Uint8Array(32).fill(0xab));
    } catch (error) {
      expect(error).toBeInstanceOf(VoprfError);
      expect(String(error)).toBe("ScalarError: fixed blind: not the canonical encoding of a scalar");
    }
  });
});

describe("proof of possession (section 5.4)", () => {
  const { secretKey, publicKey } = voprf.generateKeyPair();
  const context = new TextEncoder().encode("breachdesk/possession/v1\u0000\u0000\u0000\u0000\u0001");
  const { element, proof } = evaluate(secretKey, blind(context, Fn.toBytes(Fn.ONE)).element);
  const possession = Uint8Array.from([...element, ...proof]);

  it("holds for the key and the context that it was made for", () => {
    expect(() => {
      verifyPossession(publicKey, context, possession);
    }).not.toThrow();
  });

  it("does not hold for another key, another context, or another length", () => {
    const { publicKey: other } = voprf.generateKeyPair();
    const cases: [Uint8Array, Uint8Array, Uint8Array][] = [
      [other, context, possession],
      [publicKey, INPUT, possession],
      [publicKey, context, possession.subarray(0, 95)],
      [publicKey, context, flipped(possession, 95)],
    ];
    for (const [key, about, shown] of cases) {
      expect(() => {
        verifyPossession(key, about, shown);
      }).toThrow(ProofError);
    }
  });
});
