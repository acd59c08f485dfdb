/** Exchange in both directions with an implementation that is not ours: @cloudflare/voprf-ts. */
import {
  Evaluation as TheirEvaluation,
  EvaluationRequest,
  DLEQProof,
  generateKeyPair,
  Oprf,
  VOPRFClient,
  VOPRFServer,
} from "@cloudflare/voprf-ts";
import { CryptoNoble } from "@cloudflare/voprf-ts/crypto-noble";
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { blind, combinePublic, type Evaluation, finalize, finalizeShares } from "../src/voprf.ts";

Oprf.Crypto = CryptoNoble;
const SUITE = Oprf.Suite.RISTRETTO255_SHA512;
const group = Oprf.getGroup(SUITE);
const INPUTS = ["", "a", "홍길동 010-0000-0000"].map((text) => new TextEncoder().encode(text));

/** Their server answers one blinded element of ours. */
async function theyEvaluate(privateKey: Uint8Array, element: Uint8Array): Promise<Evaluation> {
  const server = new VOPRFServer(SUITE, privateKey);
  const answer = await server.blindEvaluate(new EvaluationRequest([group.desElt(element)]));
  const [evaluated] = answer.evaluated;
  if (evaluated === undefined || answer.proof === undefined) throw new Error("no evaluation");
  return { element: evaluated.serialize(true), proof: answer.proof.serialize() };
}

describe.each(INPUTS)("input %#", (input) => {
  it("their server answers our client", async () => {
    const { privateKey, publicKey } = await generateKeyPair(SUITE);
    const blinding = blind(input);
    const evaluation = await theyEvaluate(privateKey, blinding.element);
    const output = finalize(input, blinding, evaluation, publicKey);
    const server = new VOPRFServer(SUITE, privateKey);
    expect(output).toEqual(await server.evaluate(input));
    expect(await server.verifyFinalize(input, output)).toBe(true);
  });

  it("two of their servers, each with a share, answer our client", async () => {
    const pairs = [await generateKeyPair(SUITE), await generateKeyPair(SUITE)];
    const blinding = blind(input);
    const evaluations: Evaluation[] = [];
    for (const pair of pairs) {
      evaluations.push(await theyEvaluate(pair.privateKey, blinding.element));
    }
    const publics = pairs.map((pair) => pair.publicKey);
    const output = finalizeShares(input, blinding, evaluations, publics);
    const whole = pairs.reduce(
      (total, pair) => total.add(group.desScalar(pair.privateKey)),
      group.newScalar(),
    );
    const server = new VOPRFServer(SUITE, whole.serialize());
    expect(output).toEqual(await server.evaluate(input));
    expect(combinePublic(publics)).toEqual(group.mulGen(whole).serialize(true));
  });

  it("our group's evaluator answers their client", async () => {
    const { voprf } = ristretto255_oprf;
    const { secretKey, publicKey } = voprf.generateKeyPair();
    const client = new VOPRFClient(SUITE, publicKey);
    const [state, request] = await client.blind([input]);
    const [asked] = request.blinded;
    if (asked === undefined) throw new Error("no blinded element");
    const answer = voprf.blindEvaluate(secretKey, publicKey, asked.serialize(true));
    const evaluation = new TheirEvaluation(
      Oprf.Mode.VOPRF,
      [group.desElt(answer.evaluated)],
      DLEQProof.deserialize(group.id, answer.proof),
    );
    const [theirs] = await client.finalize(state, evaluation);

    const blinding = blind(input);
    const again = voprf.blindEvaluate(secretKey, publicKey, blinding.element);
    const ours = { element: again.evaluated, proof: again.proof };
    expect(finalize(input, blinding, ours, publicKey)).toEqual(theirs);
  });
});
