/** Code lookups (PROTOCOL 4.4, 10, 10.1): tokens, proof of work, several evaluators, and who lies. */
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { beforeEach, describe, expect, it } from "vitest";
import { toHex } from "../src/bytes.ts";
import { tokenOf } from "../src/challenge.ts";
import { type ChannelEnvironment, toChannel } from "../src/channel.ts";
import { check, type Environment } from "../src/client.ts";
import { CheckError } from "../src/errors.ts";
import type { Answer, Obtained, Step, Told, ToChannel } from "../src/types.ts";
import {
  challenge,
  CHANNEL,
  CODE_INCLUDED,
  CODE_LOOKUP,
  HOLDERS,
  INCLUDED,
  LOOKUP,
  MemoryService,
  NOW,
  PHONE,
  problem,
  readToken,
} from "./service.ts";

let service: MemoryService;

beforeEach(() => {
  service = new MemoryService();
  service.publish();
});

function ask(channel: Obtained = service.obtained(), more: Partial<Environment> = {}): Promise<Answer> {
  const { fetch } = service;
  return check(
    { lookup: CODE_LOOKUP, fields: CODE_INCLUDED, channel },
    { service: service.document(), fetch, now: () => NOW, ...more },
  );
}

async function failure(channel?: Obtained): Promise<unknown> {
  const answer = await ask(channel);
  return answer.kind === "unverifiable" ? answer.reason : answer.kind;
}

const offline = (): Response => {
  throw new TypeError("offline");
};
const otherKeys = (): typeof service.channelKey => ristretto255_oprf.voprf.generateKeyPair();

describe("a code question", () => {
  it("is included by its holder's token, and evidence has the evaluation and not the token", async () => {
    const obtained = service.obtained();
    const answer = await ask(obtained);
    if (answer.kind !== "included") throw new Error(JSON.stringify(answer));
    expect(answer.incidents[0]?.items).toEqual(["name", "phone"]);
    expect(answer.evidence).toMatchObject({
      lookup: CODE_LOOKUP,
      fields: { name: "홍길동", birth_date: "19890102" },
      channel: { type: "phone", address: PHONE, evaluation: toHex(obtained.evaluation) },
    });
    expect(Object.keys(answer.evidence)).toEqual([
      ...["format", "log", "timestamps", "checkpoint", "leaves", "entry", "tombstones", "lookup", "fields"],
      ...["channel", "blind", "evaluations", "bucket", "answer", "asked_at"],
    ]);
  });

  it("is not found with the token of another address", async () => {
    expect((await ask(service.obtained("+821000000009"))).kind).toBe("not-found");
  });

  it("has null for its channel in the evidence of an open one", async () => {
    const { fetch } = service;
    const env = { service: service.document(), fetch, now: () => NOW };
    const answer = await check({ lookup: LOOKUP, fields: INCLUDED }, env);
    expect(answer).toMatchObject({ kind: "included", evidence: { channel: null } });
  });

  it("sends name, birth date, address and token to nobody, in no form", async () => {
    await ask();
    const sent = service.asked.map(({ init, url }) => `${url} ${JSON.stringify(init.headers)}`).join();
    expect(sent).not.toMatch(/\+82|1989|%/);
    const bodies = service.asked.flatMap(({ init }) => (init.body ? [init.body as Uint8Array] : []));
    expect(bodies.map(({ length }) => length)).toEqual([32, 32]);
  });

  it("asks the same of a hit and a miss, to the length of each header", async () => {
    const shapeOf = async (channel: Obtained): Promise<unknown> => {
      service.asked.length = 0;
      await ask(channel);
      return service.asked.map(({ init, url }) => {
        const { length } = JSON.stringify(init.headers ?? "");
        return [url.replace(/\d{8}$/, ""), init.method, length, (init.body as Uint8Array | null)?.length];
      });
    };
    expect(await shapeOf(service.obtained())).toEqual(await shapeOf(service.obtained("+821000000009")));
  });
});

describe("a token that is not the address's", () => {
  it.each([
    ["under another key", "proof", (): Obtained => service.obtained(PHONE, otherKeys())],
    ["of another address", "proof", (): Obtained => ({ ...service.obtained("+821000000009"), address: PHONE })],
    ["of another channel", "proof", (): Obtained => ({ ...service.obtained(), type: "email" })],
    ["of another epoch", "proof", (): Obtained => service.obtained(PHONE, service.channelKey, 2)],
    ["with another's proof", "proof", (): Obtained => {
      const [one, other] = [service.obtained(), service.obtained("+821000000009")];
      const evaluation = Uint8Array.from([...one.evaluation.subarray(0, 32), ...other.evaluation.subarray(32)]);
      return { ...one, evaluation };
    }],
    ["of no element", "element", (): Obtained => ({ ...service.obtained(), evaluation: new Uint8Array(96).fill(255) })],
    ["too short", "channel", (): Obtained => ({ ...service.obtained(), evaluation: new Uint8Array(95) })],
  ])("%s: %s", async (_name, reason, make) => {
    expect(await failure(make())).toBe(reason);
    expect(service.asked.some(({ init }) => init.method === "POST")).toBe(false);
  });
});

describe("proof of work", () => {
  const solved = (text: string, kind: "open" | "code" = "open"): string =>
    tokenOf(new TextEncoder().encode(text), kind, 1, "token");

  it("is the challenge as received, with the counter and its hash", () => {
    const text = challenge("open");
    const token = readToken(solved(text));
    expect(JSON.stringify(token.challenge)).toBe(text);
    expect(token.solution.counter).toBe(321);
    expect(token.solution.derivedKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it("has one length, however large the counter", () => {
    const zero = "00".repeat(16);
    const lengths = [0, 7, 4321].map((counter) => {
      const bytes = new Uint8Array(36);
      new DataView(bytes.buffer).setUint32(32, counter);
      const prefix = toHex(sha256(bytes)).slice(0, 32);
      return solved(challenge("open", { salt: zero, nonce: zero, keyPrefix: prefix })).length;
    });
    expect(new Set(lengths).size).toBe(1);
  });

  const strange = { kind: "open", epoch: 1, release: 1 };
  it.each([
    ["another algorithm", challenge("open", { algorithm: "SHA-512" })],
    ["a cost as text", challenge("open", { cost: "1" })],
    ["another cost", challenge("open", { cost: 1000 })],
    ["another length of keys", challenge("open", { keyLength: 16 })],
    ["another kind", challenge("code")],
    ["another epoch", challenge("open", { data: { ...strange, epoch: 2 } })],
    ["more data", challenge("open", { data: { ...strange, person: 1 } })],
    ["a shorter salt", challenge("open", { salt: "00" })],
    ["a parameter more", challenge("open", { memoryCost: 8 })],
    ["no number", challenge("open", { expiresAt: 1.5 })],
    ["absurd size", challenge("open", { nonce: "0".repeat(5000) })],
    ["absurd size of blanks", challenge("open") + " ".repeat(4096)],
    ["no JSON", "<html>"],
    ["no signature", `{"parameters":{}}`],
    ["a key twice", challenge("open").replace("{", '{"signature":"",')],
  ])("refuses a challenge with %s", (_name, text) => {
    expect(() => solved(text)).toThrow(new CheckError("token"));
  });

  it("refuses a challenge without a solution", () => {
    expect(() => solved(challenge("open", { keyPrefix: "ff".repeat(16) }))).toThrow(new CheckError("token"));
  }, 60_000);

  it("is done once more when a token is refused, and once only", async () => {
    let refusals = 1;
    service.before = (path) =>
      path.startsWith("evaluate/") && refusals-- > 0 ? problem("proof-of-work", 403) : undefined;
    expect((await ask()).kind).toBe("included");
    refusals = 4;
    expect(await failure()).toBe("token");
  });

  it("is asked for early where the epoch is known, and not twice", async () => {
    const steps: Step[] = [];
    expect((await ask(service.obtained(), { epoch: 1, onStep: (step) => steps.push(step) })).kind).toBe("included");
    const sent = steps.flatMap((step) => (step.sent ? [step.sent.what] : []));
    expect(sent).toEqual(["puzzle", "puzzle", "list", "list", "list", "point", "point", "page"]);
  });

  it("of a wrong guess of the epoch is forgotten", async () => {
    expect((await ask(service.obtained(), { epoch: 9 })).kind).toBe("included");
  });

  it.each([
    ["token", (): Response => new Response("{}")],
    ["token", (): Response => new Response(" ".repeat(5000))],
    ["epoch", (): Response => new Response(null, { status: 404 })],
    ["quota", (): Response => new Response(null, { status: 503, headers: { "retry-after": "5" } })],
  ])("%s of a host", async (reason, respond) => {
    service.before = (path) => (path.startsWith("challenge/") ? respond() : undefined);
    expect(await failure()).toBe(reason);
  });

  it.each([
    ["another problem", problem("wrong-code", 403)],
    ["no problem document", new Response("no", { status: 403 })],
    ["an overlong document", new Response(" ".repeat(5000), { status: 403 })],
  ])("a 403 with %s is a problem", async (_name, response) => {
    service.before = (path) => (path.startsWith("evaluate/") ? response.clone() : undefined);
    expect(await failure()).toBe("problem");
  });
});

describe("of several evaluators, the one that failed is named", () => {
  const second = HOLDERS[1];
  it.each([
    ["network", offline],
    ["problem", (): Response => new Response(null, { status: 500 })],
    ["element", (): Response => new Response(new Uint8Array(96))],
    ["element", (): Response => new Response(new Uint8Array(95))],
    ["proof", (): Response => {
      const { element } = { element: service.obtained().evaluation.subarray(0, 32) };
      return new Response(service.evaluate(element, otherKeys()));
    }],
  ])("%s", async (reason, respond) => {
    service.before = (path, url) =>
      path.startsWith("evaluate/") && url.startsWith(second) ? respond() : undefined;
    expect(await ask()).toMatchObject({ kind: "unverifiable", reason, detail: { evaluator: "holder 1" } });
  });

  it("and is not where there is one", async () => {
    service.before = (path) => (path.startsWith("evaluate/") ? new Response(null, { status: 500 }) : undefined);
    const { fetch } = service;
    const answer = await check(
      { lookup: LOOKUP, fields: INCLUDED },
      { service: service.document(), fetch, now: () => NOW },
    );
    expect(answer).toEqual({ kind: "unverifiable", reason: "problem" });
  });
});

describe("the channel service", () => {
  const ASK: ToChannel = { path: "ask", body: { type: "phone", address: PHONE, language: "ko" } };
  const TICKET = "0f".repeat(16);
  const TOKEN: ToChannel = {
    path: "token",
    body: { type: "phone", address: PHONE, ticket: TICKET, code: "12345678" },
  };

  function tell(order: ToChannel, answer: () => Response, more: Partial<ChannelEnvironment> = {}): Promise<Told> {
    service.before = (path) => (path.startsWith("channel/") ? answer() : undefined);
    return toChannel(order, { service: service.document(), fetch: service.fetch, epoch: 1, ...more });
  }
  const ticket = (text: string, status = 202) => (): Response => new Response(text, { status });

  it("is asked for a code, with a token and nothing but address and language", async () => {
    const told = await tell(ASK, ticket(`{"ticket":"${TICKET}","expires_in":600}`));
    expect(told).toEqual({ type: "sent", ticket: TICKET, seconds: 600 });
    const [first, then] = service.asked;
    expect(first?.url).toBe(`${CHANNEL}/v1/challenge/channel/1`);
    expect(then?.url).toBe(`${CHANNEL}/v1/channel/ask`);
    expect(new TextDecoder().decode(then?.init.body as Uint8Array)).toBe(JSON.stringify(ASK.body));
    expect(new Headers(then?.init.headers).get("content-type")).toBe("application/json");
    expect(service.spend(CHANNEL, then?.init ?? {})).toBe(true);
    expect(then?.init).toMatchObject({ credentials: "omit", referrerPolicy: "no-referrer" });
  });

  it("exchanges a code without a token, a letter's and the desk's with one", async () => {
    const { evaluation } = service.obtained();
    const give = (): Response => new Response(Uint8Array.from(evaluation));
    expect(await tell(TOKEN, give)).toEqual({ type: "token", evaluation });
    expect(service.asked).toHaveLength(1);
    for (const path of ["letter", "desk"] as const) {
      service.asked.length = 0;
      const code = "0123456789ABCDE8";
      const body: ToChannel["body"] = path === "letter" ? { code } : { type: "phone", address: PHONE, code };
      expect(await tell({ path, body }, give)).toEqual({ type: "token", evaluation });
      expect(service.asked.map(({ url }) => url)).toEqual([
        `${CHANNEL}/v1/challenge/channel/1`,
        `${CHANNEL}/v1/channel/${path}`,
      ]);
      expect(service.spend(CHANNEL, service.asked[1]?.init ?? {})).toBe(true);
    }
  });

  it.each<[string, ToChannel, () => Response]>([
    ["code", TOKEN, () => problem("wrong-code", 403)],
    ["channel", ASK, () => problem("not-served", 403)],
    ["token", ASK, () => problem("proof-of-work", 403)],
    ["channel", ASK, () => problem("invalid-request", 400)],
    ["problem", ASK, () => problem("invalid-length", 400)],
    ["channel", TOKEN, () => new Response(null, { status: 404 })],
    ["quota", ASK, () => new Response(null, { status: 429 })],
    ["network", ASK, offline],
    ["channel", ASK, ticket("{}")],
    ["channel", ASK, ticket("<html>")],
    ["channel", ASK, ticket(`{"ticket":"${TICKET}","expires_in":0}`)],
    ["channel", ASK, ticket(`{"ticket":"${TICKET}","expires_in":1e9}`)],
    ["channel", ASK, ticket(`{"ticket":"xx","expires_in":600}`)],
    ["channel", ASK, ticket(`{"ticket":"${TICKET}","expires_in":600,"affected":1}`)],
    ["channel", ASK, ticket(" ".repeat(2000))],
    ["problem", ASK, ticket(`{"ticket":"${TICKET}","expires_in":600}`, 200)],
    ["channel", TOKEN, () => new Response(new Uint8Array(97))],
  ])("%s: an answer that is not as it should be", async (reason, order, answer) => {
    await expect(tell(order, answer)).rejects.toThrow(new CheckError(reason as "code"));
  });

  it("with a challenge that cannot be used is told apart from an evaluator's", async () => {
    service.before = (path) => (path.startsWith("challenge/") ? new Response("{}") : undefined);
    const env = { service: service.document(), fetch: service.fetch, epoch: 1 };
    await expect(toChannel(ASK, env)).rejects.toThrow(new CheckError("channel"));
  });

  it("that the service document does not have is asked for nothing", async () => {
    const document = { ...service.document(), channel: null };
    await expect(tell(ASK, ticket("{}"), { service: document })).rejects.toThrow(new CheckError("channel"));
    expect(service.asked).toEqual([]);
  });
});
