/**
 * A whole service in memory: one release, one evaluator for open lookups and two for one that takes
 * codes, a channel service, and every way in which they can misbehave.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bucketIndex } from "../src/bucket.ts";
import { concat, fromHex, toBase64, toHex, u16, u32, u8, utf8 } from "../src/bytes.ts";
import { tagAndKey } from "../src/entry.ts";
import type { Kind } from "../src/catalogue.ts";
import { canonical, oprfInput } from "../src/identifiers.ts";
import type { Fetch } from "../src/transport.ts";
import { tokenInput } from "../src/token.ts";
import { leafHash, logRoot } from "../src/tree.ts";
import type { Obtained, Question, ServiceDocument } from "../src/types.ts";
import { blind, combinePublic, finalizeShares, ONE } from "../src/voprf.ts";

const { voprf } = ristretto255_oprf;
const ORIGIN = "breach.example.org";
export const WITNESS = "witness.example.net/w1";
const CAPACITY = 16;
const ITEMS_NAME_PHONE = 0b101;
export const NOW = Date.UTC(2014, 3, 3, 12);
export const LOOKUP = "name+phone";
/** Who is in the leak. */
export const INCLUDED = { name: "홍길동", phone: "010-0000-0000" };
export const CODE_LOOKUP = "name+birth_date+channel_token";
export const CODE_INCLUDED = { name: "홍길동", birth_date: "1989. 1. 2." };
export const PHONE = "+821000000000";
export const CHANNEL = "https://channel.example.org";
/** The hosts of the two holders of the key of kind `code`. */
export const HOLDERS = ["https://first.example.org", "https://second.example.org"] as const;
export const NOT_FOUND = { name: "김나라", phone: "010-0000-0001" };

type Keys = ReturnType<typeof ed25519.keygen>;
type Answerer = (body: Uint8Array) => Response;
type KeyPair = ReturnType<typeof voprf.generateKeyPair>;
/** Small, so that tests are quick. */
const COUNTER = 321;

export function problem(name: string, status: number): Response {
  return new Response(JSON.stringify({ type: `urn:breachdesk:problem:${name}` }), { status });
}

/** As a host makes it (10.1), with more where a test lies. */
export function challenge(kind: string, parameters: Record<string, unknown> = {}): string {
  const salt = "00".repeat(16);
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
  const key = toHex(sha256(concat(fromHex(salt + nonce), u32(COUNTER))));
  const made = {
    algorithm: "SHA-256",
    nonce,
    salt,
    cost: 1,
    keyLength: 32,
    keyPrefix: key.slice(0, 32),
    expiresAt: NOW / 1000 + 600,
    data: { kind, epoch: 1, release: 1 },
    ...parameters,
  };
  return JSON.stringify({ parameters: made, signature: "ab".repeat(32) });
}

interface Token {
  readonly challenge: { readonly parameters: Readonly<Record<string, string>> };
  readonly solution: { readonly counter: number; readonly derivedKey: string };
}

export function readToken(header: string): Token {
  const bytes = Uint8Array.from(atob(header), (one) => one.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Token;
}

function vkeyOf(name: string, type: number, publicKey: Uint8Array): { id: Uint8Array; text: string } {
  const typed = concat(u8(type), publicKey);
  const id = sha256(concat(utf8(`${name}\n`), typed)).subarray(0, 4);
  return { id, text: `${name}+${toHex(id)}+${toBase64(typed)}` };
}

function cosignature(name: string, keys: Keys, body: string, time: number): string {
  const { id } = vkeyOf(name, 4, keys.publicKey);
  const signed = ed25519.sign(utf8(`cosignature/v1\ntime ${time}\n${body}`), keys.secretKey);
  return `\u2014 ${name} ${toBase64(concat(id, u32(0), u32(time), signed))}\n`;
}

export class MemoryService {
  readonly #log = ed25519.keygen();
  readonly #timestamp = ed25519.keygen();
  readonly #witness = ed25519.keygen();
  readonly evaluator = voprf.generateKeyPair();
  readonly holders = HOLDERS.map(() => voprf.generateKeyPair());
  readonly channelKey = voprf.generateKeyPair();
  /** Challenges that no token has answered yet, by host. */
  readonly #open = new Set<string>();
  /** By path below `/v1/`. Tests change them. */
  readonly files = new Map<string, Uint8Array>();
  readonly entries: Uint8Array[] = [];
  readonly asked: { url: string; init: RequestInit }[] = [];
  /** Stands in for the evaluator where a test sets it. */
  answer: Answerer | undefined;
  /** Runs before each request is answered. */
  before: ((path: string, url: string) => Response | undefined) | undefined;
  possessionOf = this.evaluator;

  document(): ServiceDocument {
    return {
      format: "breachdesk/service/v1",
      origin: ORIGIN,
      log: vkeyOf(ORIGIN, 1, this.#log.publicKey).text,
      timestamps: [
        vkeyOf(`${ORIGIN}/timestamp`, 4, this.#timestamp.publicKey).text,
        vkeyOf(WITNESS, 4, this.#witness.publicKey).text,
      ],
      buckets: "https://buckets.example.org",
      channel: { url: CHANNEL, channels: ["phone", "email", "letter", "desk"] },
      evaluators: {
        open: [
          { name: "one", url: "https://evaluator.example.org", public: toHex(this.evaluator.publicKey) },
        ],
        // Not in the order of the manifest's shares.
        code: this.holders
          .map((keys, index) => ({
            name: `holder ${index}`,
            url: HOLDERS[index] ?? "",
            public: toHex(keys.publicKey),
          }))
          .reverse(),
      },
    };
  }

  /** Publishes the next release, of two buckets, with INCLUDED and CODE_INCLUDED in it. */
  publish(): void {
    const number = this.entries.length + 1;
    const folder = `releases/${String(number).padStart(6, "0")}`;
    const releaseId = sha256(u32(number));
    const entries = [
      this.#entry(releaseId, "open", LOOKUP, canonicalFields(INCLUDED)),
      this.#entry(releaseId, "code", CODE_LOOKUP, [
        ...canonicalFields(CODE_INCLUDED),
        ["channel_token", this.token(PHONE)],
      ]),
    ];
    const bodies = [0, 1].map((bucket) =>
      this.#body(releaseId, bucket, entries.flatMap(({ entry, index }) => (index === bucket ? [entry] : []))));
    const leaves = bodies.map(leafHash);
    const root = sha256(concat(u8(1), ...leaves));
    const siblings = [...leaves].reverse();
    bodies.forEach((body, bucket) => {
      const name = bucket.toString(16).padStart(8, "0");
      this.files.set(`${folder}/buckets/${name}`, concat(body, siblings[bucket] ?? root));
    });
    this.append(utf8(JSON.stringify(this.#manifest(number, releaseId, root))));
  }

  /** Adds an entry to the log and signs the new checkpoint. */
  append(entry: Uint8Array): void {
    this.entries.push(entry);
    const folder = `releases/${String(this.entries.length).padStart(6, "0")}`;
    const leaves = this.entries.map(leafHash);
    this.files.set(`${folder}/entry.json`, entry);
    this.files.set(`${folder}/leaves`, concat(...leaves));
    const root = toBase64(logRoot(leaves));
    this.sign(`${ORIGIN}\n${this.entries.length}\n${root}\n`, NOW / 1000);
  }

  sign(body: string, time: number): void {
    const log = vkeyOf(ORIGIN, 1, this.#log.publicKey);
    const signed = ed25519.sign(utf8(body), this.#log.secretKey);
    const line = `\u2014 ${ORIGIN} ${toBase64(concat(log.id, signed))}\n`;
    const stamp = cosignature(`${ORIGIN}/timestamp`, this.#timestamp, body, time);
    this.files.set("checkpoint", utf8(`${body}\n${line}${stamp}`));
  }

  /** The witness's line on the checkpoint that stands. */
  witness(time: number): void {
    const text = new TextDecoder().decode(this.files.get("checkpoint"));
    const body = text.slice(0, text.indexOf("\n\n") + 1);
    this.files.set("checkpoint", utf8(text + cosignature(WITNESS, this.#witness, body, time)));
  }

  readonly fetch: Fetch = (url, init) => {
    this.asked.push({ url, init });
    const path = new URL(url).pathname.slice("/v1/".length);
    return Promise.resolve(this.before?.(path, url) ?? this.#respond(path, url, init));
  };

  /** What the channel service gives to the holder of a phone (4.4). */
  obtained(address = PHONE, keys = this.channelKey, epoch = 1): Obtained {
    const point = blind(tokenInput(epoch, { type: "phone", address }), ONE).element;
    return { type: "phone", address, evaluation: this.evaluate(point, keys) };
  }

  /** T. */
  token(address: string): Uint8Array {
    const { evaluation, type } = this.obtained(address);
    const input = tokenInput(1, { type, address });
    const parts = { element: evaluation.subarray(0, 32), proof: evaluation.subarray(32) };
    return finalizeShares(input, blind(input, ONE), [parts], [this.channelKey.publicKey]);
  }

  evaluate(element: Uint8Array, keys = this.evaluator): Uint8Array<ArrayBuffer> {
    const made = voprf.blindEvaluate(keys.secretKey, keys.publicKey, element);
    return concat(made.evaluated, made.proof);
  }

  #respond(path: string, url: string, init: RequestInit): Response {
    const { origin } = new URL(url);
    const asked = /^challenge\/(open|code|channel)\/1$/.exec(path)?.[1];
    if (asked !== undefined) {
      const text = challenge(asked);
      this.#open.add(`${origin} ${text}`);
      return new Response(text);
    }
    const keys = path === "evaluate/open/1" ? this.evaluator : this.holders[HOLDERS.indexOf(origin as never)];
    if (init.method === "POST" && keys && path.startsWith("evaluate/")) {
      if (!this.spend(origin, init)) return problem("proof-of-work", 403);
      const body = init.body as Uint8Array;
      return this.answer?.(body) ?? new Response(this.evaluate(body, keys));
    }
    return this.#file(path);
  }

  /** Whether the token of a request is right, of this host, and spent for the first time. */
  spend(origin: string, init: RequestInit): boolean {
    const { challenge: known, solution } = readToken(new Headers(init.headers).get("breachdesk-token") ?? "");
    const { keyPrefix = "", nonce, salt } = known.parameters;
    const key = sha256(concat(fromHex(`${salt}${nonce}`), u32(solution.counter)));
    const right = toHex(key) === solution.derivedKey && toHex(key).startsWith(keyPrefix);
    return right && this.#open.delete(`${origin} ${JSON.stringify(known)}`);
  }

  #file(path: string): Response {
    const file = this.files.get(path);
    return file ? new Response(Uint8Array.from(file)) : new Response(null, { status: 404 });
  }

  /** A person under a lookup, sealed, and the bucket it belongs to. */
  #entry(
    releaseId: Uint8Array,
    kind: Kind,
    lookup: string,
    fields: readonly (readonly [string, Uint8Array])[],
  ): { entry: Uint8Array; index: number } {
    const input = oprfInput(1, lookup, fields);
    const blinding = blind(input);
    const shares = kind === "open" ? [this.evaluator] : this.holders;
    const evaluations = shares.map((keys) => {
      const answer = this.evaluate(blinding.element, keys);
      return { element: answer.subarray(0, 32), proof: answer.subarray(32) };
    });
    const out = finalizeShares(input, blinding, evaluations, shares.map(({ publicKey }) => publicKey));
    const days = concat(u16(15_737), u16(16_129), u16(3));
    const payload = concat(u16(7), u32(0), u32(ITEMS_NAME_PHONE), days, new Uint8Array(24));
    const { key, tag } = tagAndKey(out, releaseId, 7, 0);
    const ad = concat(releaseId, utf8(lookup));
    const sealed = chacha20poly1305(key, new Uint8Array(12), ad).encrypt(payload);
    return { entry: concat(tag, sealed), index: bucketIndex(out, 2) };
  }

  #body(releaseId: Uint8Array, index: number, entries: Uint8Array[]): Uint8Array {
    const header = concat(utf8("BDBUCKET"), releaseId, u32(index), u32(2), u32(CAPACITY), new Uint8Array(12));
    const padding = Array.from({ length: CAPACITY - entries.length }, (_, at) =>
      concat(sha256(u16(at)), sha256(u16(at + 100 + index))),
    );
    return concat(header, ...entries, ...padding);
  }

  #manifest(release: number, releaseId: Uint8Array, root: Uint8Array): Record<string, unknown> {
    const lookup = { assurance: "open", channels: [], reveals: "items" };
    const code = { assurance: "code", channels: ["phone", "email"], reveals: "items" };
    return {
      format: "breachdesk/manifest/v1",
      origin: ORIGIN,
      release,
      release_id: toHex(releaseId),
      epoch: 1,
      canonicalisation: 1,
      stretch: "none",
      keys: {
        open: keyList(0, [this.evaluator], [this.possessionOf]),
        code: keyList(1, this.holders),
        channel: keyList(2, [this.channelKey]),
      },
      buckets: { count: 2, capacity: CAPACITY, root: toHex(root), max_slots: 2 },
      lookups: [
        { id: LOOKUP, fields: LOOKUP.split("+"), ...lookup },
        { id: CODE_LOOKUP, fields: CODE_LOOKUP.split("+"), ...code },
      ],
      incidents: [
        {
          id: "kt-2014",
          number: 7,
          first: "2013-02-01",
          last: "2014-02-28",
          items: ["name", "phone", "card_number"],
          records: {
            read: 5,
            indexed: 4,
            rejected: { shape: 1 },
            sources: [{ release: 1, read: 5, indexed: 4, rejected: { shape: 1 } }],
          },
          subjects: 3,
          lookups: [
            { id: LOOKUP, subjects: 2, entries: 2, left_out: { "missing:phone": 1 } },
            { id: CODE_LOOKUP, subjects: 1, entries: 1, left_out: {} },
          ],
        },
      ],
      changes: [{ incident: "kt-2014", kind: "first", on: "2014-04-03", records: 4, subjects: 3 }],
    };
  }
}

function canonicalFields(fields: Question["fields"]): (readonly [string, Uint8Array])[] {
  return Object.entries(fields).map(([name, text]) => [name, canonical(name, text)] as const);
}

function keyList(kind: number, shares: readonly KeyPair[], provers = shares): Record<string, unknown> {
  const context = concat(utf8("breachdesk/possession/v1"), u8(kind), u32(1));
  const { element } = blind(context, ONE);
  return {
    public: toHex(combinePublic(shares.map(({ publicKey }) => publicKey))),
    shares: provers.map(({ publicKey, secretKey }, index) => {
      const made = voprf.blindEvaluate(secretKey, publicKey, element);
      const shown = toHex(shares[index]?.publicKey ?? publicKey);
      return { public: shown, possession: toHex(concat(made.evaluated, made.proof)) };
    }),
  };
}
