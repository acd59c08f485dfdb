import { beforeEach, describe, expect, it, vi } from "vitest";
import { check, type Environment, InvalidField } from "../src/client.ts";
import { toHex } from "../src/bytes.ts";
import type { Answer, Question, Step } from "../src/types.ts";
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { INCLUDED, LOOKUP, MemoryService, NOT_FOUND, NOW, WITNESS } from "./service.ts";

let service: MemoryService;

beforeEach(() => {
  service = new MemoryService();
  service.publish();
});

function ask(fields: Question["fields"], more: Partial<Environment> = {}): Promise<Answer> {
  const { fetch } = service;
  return check(
    { lookup: LOOKUP, fields },
    { service: service.document(), fetch, now: () => NOW, ...more },
  );
}

async function reason(more: Partial<Environment> = {}): Promise<unknown> {
  const answer = await ask(INCLUDED, more);
  return answer.kind === "unverifiable" ? answer.reason : answer.kind;
}

function change(pattern: RegExp, how: (bytes: Uint8Array) => Uint8Array): void {
  for (const [path, bytes] of service.files) {
    if (pattern.test(path)) service.files.set(path, how(Uint8Array.from(bytes)));
  }
}

const flip = (at: number) => (bytes: Uint8Array) => {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};

describe("the answers", () => {
  it("included: what leaked, when, of whom the release speaks, and a transcript", async () => {
    const answer = await ask({ name: " 홍 길동", phone: "＋82 10 0000 0000" });
    if (answer.kind !== "included") throw new Error(answer.kind);
    expect(answer.incidents).toEqual([
      {
        incident: "kt-2014",
        items: ["name", "phone"],
        first: "2013-02-01",
        last: "2014-02-28",
        records: 3,
        claim: "0".repeat(24),
      },
    ]);
    expect(answer.covers.incidents).toEqual([
      { incident: "kt-2014", subjects: 3, findable: 2, recordsRead: 5, rejected: 1 },
    ]);
    expect(answer.release).toMatchObject({
      number: 1,
      freshAt: "2014-04-03T12:00:00Z",
      witnesses: [],
      remember: { origin: "breach.example.org", size: 1 },
    });
    expect(answer.evidence).toMatchObject({
      format: "breachdesk/evidence/v1",
      fields: { name: "홍길동", phone: "+821000000000" },
      answer: "included",
      asked_at: "2014-04-03T12:00:00Z",
    });
  });

  it("says who witnessed, and when, with the newest of each", async () => {
    service.witness(NOW / 1000 - 7200);
    service.witness(NOW / 1000 - 3600);
    const answer = await ask(INCLUDED);
    if (answer.kind !== "included") throw new Error(answer.kind);
    expect(answer.release.witnesses).toEqual([{ name: WITNESS, at: "2014-04-03T11:00:00Z" }]);
    expect(answer.release.freshAt).toBe("2014-04-03T12:00:00Z");
  });

  it("not found, by the same requests of the same sizes in the same order", async () => {
    const shape = async (fields: Question["fields"], kind: string): Promise<string[]> => {
      const steps: Step[] = [];
      const answer = await ask(fields, { onStep: (step) => steps.push(step) });
      expect(answer.kind).toBe(kind);
      return steps.map(({ kind: step, sent }) => `${step} ${sent?.what ?? ""} ${sent?.bytes ?? ""}`);
    };
    expect(await shape(NOT_FOUND, "not-found")).toEqual(await shape(INCLUDED, "included"));
  });

  it("wrong input is no answer, and nothing is sent", async () => {
    await expect(ask({ ...INCLUDED, phone: "12" })).rejects.toThrow(InvalidField);
    await expect(ask({ name: "홍길동" })).rejects.toThrow(RangeError);
    expect(service.asked).toEqual([]);
  });
});

describe("what leaves the device", () => {
  it("has no credentials, Referer or cache, follows no redirect, and holds a fresh point only", async () => {
    await ask(INCLUDED);
    await ask(INCLUDED);
    for (const { init } of service.asked) {
      expect(init).toMatchObject({
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        redirect: "error",
      });
    }
    const bodies = service.asked.flatMap(({ init }) => (init.body ? [toHex(init.body as Uint8Array)] : []));
    expect(bodies.map((body) => body.length)).toEqual([64, 64]);
    expect(new Set(bodies).size).toBe(2);
  });

  it("proves possession once a session and manifest", async () => {
    const proven = new Set<string>();
    await ask(INCLUDED, { proven });
    expect(proven.size).toBe(1);
    expect((await ask(NOT_FOUND, { proven })).kind).toBe("not-found");
  });
});

describe("could not be checked", () => {
  it.each([
    ["bucket-length", /buckets/, (bytes: Uint8Array) => bytes.subarray(1)],
    ["bucket-length", /buckets/, (bytes: Uint8Array) => Uint8Array.from([...bytes, 0])],
    ["bucket-header", /buckets/, flip(43)],
    ["bucket-path", /buckets/, flip(64)],
    ["bucket-path", /buckets/, flip(64 + 64 * 16)],
    ["leaves", /leaves/, flip(0)],
    ["leaves", /entry/, flip(100)],
    ["signature", /checkpoint/, (bytes: Uint8Array) => bytes.map((byte) => (byte === 0x31 ? 0x32 : byte))],
    ["checkpoint", /checkpoint/, (bytes: Uint8Array) => bytes.subarray(10)],
    ["checkpoint", /checkpoint/, () => new Uint8Array(20_000)],
  ])("%s: %s changed", async (expected, pattern, how) => {
    change(pattern, how);
    expect(await reason()).toBe(expected);
  });

  it.each([
    ["stale", { now: () => NOW + 8 * 86_400_000 }],
    ["clock", { now: () => NOW - 2 * 86_400_000 }],
    ["rollback", { remembered: { origin: "breach.example.org", size: 2, root: "" } }],
    ["fork", { remembered: { origin: "breach.example.org", size: 1, root: "AAAA" } }],
    ["network", { fetch: () => Promise.reject(new TypeError("offline")) }],
    ["problem", { fetch: () => Promise.resolve(new Response(null, { status: 500 })) }],
  ])("%s", async (expected, more) => {
    expect(await reason(more)).toBe(expected);
  });

  it("quota, with when to come back", async () => {
    service.answer = () => new Response(null, { status: 429, headers: { "retry-after": "60" } });
    expect(await ask(INCLUDED)).toEqual({
      kind: "unverifiable",
      reason: "quota",
      detail: { retryAfter: 60 },
    });
  });

  it.each([
    ["epoch", () => new Response(null, { status: 404 })],
    ["element", () => new Response(new Uint8Array(95))],
    ["element", () => new Response(new Uint8Array(97))],
    ["element", () => new Response(new Uint8Array(96))],
    ["element", () => new Response(new Uint8Array(96).fill(0xff))],
  ])("%s of an evaluator", async (expected, answer) => {
    service.answer = answer;
    expect(await reason()).toBe(expected);
  });

  it("proof: evaluated with another key", async () => {
    const other = ristretto255_oprf.voprf.generateKeyPair();
    service.answer = (body) => new Response(service.evaluate(body, other));
    expect(await reason()).toBe("proof");
  });

  it("possession: the key's holder did not prove it", async () => {
    service = new MemoryService();
    service.possessionOf = ristretto255_oprf.voprf.generateKeyPair();
    service.publish();
    expect(await reason()).toBe("possession");
  });

  it("key: other evaluators than the manifest's", async () => {
    const document = service.document();
    const evaluators = { ...document.evaluators, open: [] };
    expect(await reason({ service: { ...document, evaluators } })).toBe("key");
  });

  it("service: a document that is none", async () => {
    expect(await reason({ service: { ...service.document(), log: "x" } })).toBe("service");
  });

  it("network: no answer for 20 seconds", async () => {
    vi.useFakeTimers();
    try {
      const fetch: Environment["fetch"] = (_, { signal }) =>
        new Promise((_resolve, refuse) => {
          signal?.addEventListener("abort", () => {
            refuse(new DOMException("aborted", "AbortError"));
          });
        });
      const found = reason({ fetch });
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await found).toBe("network");
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a release switch", () => {
  /** The old buckets go as soon as somebody wants one. */
  const goneAt = (then: () => void): void => {
    let gone = false;
    service.before = (path) => {
      if (gone || !path.includes("buckets")) return undefined;
      gone = true;
      then();
      return new Response(null, { status: 404 });
    };
  };

  it("starts the check again, with a new point", async () => {
    goneAt(() => {
      service.publish();
    });
    const answer = await ask(INCLUDED);
    expect(answer).toMatchObject({ kind: "included", release: { number: 2 } });
    const points = service.asked.flatMap(({ init }) => (init.body ? [toHex(init.body as Uint8Array)] : []));
    expect(new Set(points).size).toBe(2);
  });

  it("is none where the log has not moved", async () => {
    goneAt(() => undefined);
    expect(await reason()).toBe("problem");
  });

  it("happens once", async () => {
    service.before = (path) => {
      if (!path.includes("buckets")) return undefined;
      service.publish();
      return new Response(null, { status: 404 });
    };
    expect(await reason()).toBe("problem");
    expect(service.asked.filter(({ url }) => url.includes("buckets/"))).toHaveLength(2);
  });
});

it("passes over tombstones to the release before them", async () => {
  const reason = { ko: "종료", en: "closed" };
  const origin = "breach.example.org";
  const tombstone = { format: "breachdesk/tombstone/v1", origin, number: 2, retired: "kt-2012", reason };
  service.append(new TextEncoder().encode(JSON.stringify(tombstone)));
  const answer = await ask(INCLUDED);
  expect(answer).toMatchObject({ kind: "included", release: { number: 1, remember: { size: 2 } } });
  if (answer.kind !== "included") throw new Error(answer.kind);
  expect(answer.evidence["tombstones"]).toHaveLength(1);
});
