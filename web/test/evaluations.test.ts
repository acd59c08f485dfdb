/**
 * spec/vectors/evaluations.json (PROTOCOL section 5): the same blinds, evaluations and key lists as in
 * Python give the same bytes, and the same errors.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../src/bytes.ts";
import type { Kind } from "../src/catalogue.ts";
import { CheckError } from "../src/errors.ts";
import { checkKeys, checkPossession, outputOf } from "../src/keys.ts";
import { EVALUATION_BYTES } from "../src/limits.ts";
import type { KeyList, Manifest } from "../src/manifest.ts";
import { blind, combinePublic } from "../src/voprf.ts";

interface Named {
  readonly name: string;
  readonly error: string;
}
interface Evaluate extends Named {
  readonly op: "evaluate";
  readonly input: string;
  readonly blind: string;
  readonly blinded: string;
  readonly public: string;
  readonly shares: readonly { readonly public: string; readonly evaluation: string }[];
  readonly output: string;
}
interface Finalize extends Named {
  readonly op: "finalize";
  readonly input: string;
  readonly blind: string;
  readonly shares: readonly string[];
  readonly evaluations: readonly string[];
}
interface Keys extends Named {
  readonly op: "keys";
  readonly kind: Kind;
  readonly epoch: number;
  readonly public: string;
  readonly shares: readonly { readonly public: string; readonly possession: string }[];
}

const file = new URL("../../spec/vectors/evaluations.json", import.meta.url);
const { bad, good } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly good: readonly (Evaluate | Keys)[];
  readonly bad: readonly (Finalize | Keys)[];
};

/** As a client does it with what evaluators answered (5.3). */
function output(input: string, scalar: string, publics: readonly string[], answers: readonly string[]): string {
  const bytes = answers.map(fromHex);
  if (bytes.some(({ length }) => length !== EVALUATION_BYTES)) throw new CheckError("element");
  const shares = publics.map((one) => ({ public: fromHex(one), possession: new Uint8Array() }));
  const list: KeyList = { public: new Uint8Array(), shares };
  return toHex(outputOf(fromHex(input), blind(fromHex(input), fromHex(scalar)), bytes, list));
}

/** Section 5.4. */
function checkList({ epoch, kind, public: whole, shares }: Keys): void {
  const list: KeyList = {
    public: fromHex(whole),
    shares: shares.map((one) => ({ public: fromHex(one.public), possession: fromHex(one.possession) })),
  };
  const manifest = { epoch, keys: { [kind]: list } } as unknown as Manifest;
  checkKeys(manifest);
  checkPossession(manifest);
}

describe("evaluations.json", () => {
  it.each(good.filter((vector) => vector.op === "evaluate"))("good: $name", (vector) => {
    const { element } = blind(fromHex(vector.input), fromHex(vector.blind));
    expect(toHex(element)).toBe(vector.blinded);
    const publics = vector.shares.map((one) => one.public);
    expect(toHex(combinePublic(publics.map(fromHex)))).toBe(vector.public);
    const answers = vector.shares.map(({ evaluation }) => evaluation);
    expect(output(vector.input, vector.blind, publics, answers)).toBe(vector.output);
  });

  it.each(good.filter((vector) => vector.op === "keys"))("good: $name", (vector) => {
    expect(() => {
      checkList(vector);
    }).not.toThrow();
  });

  it.each(bad)("bad: $name", (vector) => {
    const run = (): void => {
      if (vector.op === "keys") checkList(vector);
      else output(vector.input, vector.blind, vector.shares, vector.evaluations);
    };
    expect(run).toThrow(new CheckError(vector.error as CheckError["reason"]));
  });
});
