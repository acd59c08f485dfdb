/** A whole service in memory: one release, one evaluator, and every way in which it can misbehave. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bucketIndex } from "../src/bucket.ts";
import { concat, fromHex, toBase64, toHex, u16, u32, u8, utf8 } from "../src/bytes.ts";
import { tagAndKey } from "../src/entry.ts";
import { canonical, oprfInput } from "../src/identifiers.ts";
import type { Fetch } from "../src/transport.ts";
import { leafHash, logRoot } from "../src/tree.ts";
import type { ServiceDocument } from "../src/types.ts";
import { blind, finalize } from "../src/voprf.ts";

const { voprf } = ristretto255_oprf;
const ORIGIN = "breach.example.org";
export const WITNESS = "witness.example.net/w1";
const CAPACITY = 16;
const ITEMS_NAME_PHONE = 0b101;
export const NOW = Date.UTC(2014, 3, 3, 12);
export const LOOKUP = "name+phone";
/** Who is in the leak. */
export const INCLUDED = { name: "홍길동", phone: "010-0000-0000" };
export const NOT_FOUND = { name: "김나라", phone: "010-0000-0001" };

type Keys = ReturnType<typeof ed25519.keygen>;
type Answerer = (body: Uint8Array) => Response;

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
  /** By path below `/v1/`. Tests change them. */
  readonly files = new Map<string, Uint8Array>();
  readonly entries: Uint8Array[] = [];
  readonly asked: { url: string; init: RequestInit }[] = [];
  /** Stands in for the evaluator where a test sets it. */
  answer: Answerer | undefined;
  /** Runs before each request is answered. */
  before: ((path: string) => Response | undefined) | undefined;
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
      channel: null,
      evaluators: {
        open: [
          { name: "one", url: "https://evaluator.example.org", public: toHex(this.evaluator.publicKey) },
        ],
        code: [],
      },
    };
  }

  /** Publishes the next release, of two buckets, with INCLUDED in it. */
  publish(): void {
    const number = this.entries.length + 1;
    const folder = `releases/${String(number).padStart(6, "0")}`;
    const releaseId = sha256(u32(number));
    const { entry, index } = this.#entry(releaseId);
    const bodies = [0, 1].map((bucket) => this.#body(releaseId, bucket, bucket === index ? [entry] : []));
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
    return Promise.resolve(this.before?.(path) ?? this.#respond(path, init));
  };

  evaluate(element: Uint8Array, keys = this.evaluator): Uint8Array<ArrayBuffer> {
    const made = voprf.blindEvaluate(keys.secretKey, keys.publicKey, element);
    return concat(made.evaluated, made.proof);
  }

  #respond(path: string, init: RequestInit): Response {
    if (path === "evaluate/open/1" && init.method === "POST") {
      const body = init.body as Uint8Array;
      return this.answer?.(body) ?? new Response(this.evaluate(body));
    }
    const file = this.files.get(path);
    return file ? new Response(Uint8Array.from(file)) : new Response(null, { status: 404 });
  }

  /** INCLUDED under the lookup, sealed, and the bucket it belongs to. */
  #entry(releaseId: Uint8Array): { entry: Uint8Array; index: number } {
    const fields = Object.entries(INCLUDED).map(
      ([name, text]) => [name, canonical(name, text)] as const,
    );
    const input = oprfInput(1, LOOKUP, fields);
    const blinding = blind(input);
    const answer = this.evaluate(blinding.element);
    const evaluation = { element: answer.subarray(0, 32), proof: answer.subarray(32) };
    const out = finalize(input, blinding, evaluation, this.evaluator.publicKey);
    const days = concat(u16(15_737), u16(16_129), u16(3));
    const payload = concat(u16(7), u32(0), u32(ITEMS_NAME_PHONE), days, new Uint8Array(24));
    const { key, tag } = tagAndKey(out, releaseId, 7, 0);
    const ad = concat(releaseId, utf8(LOOKUP));
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
    const shown = toHex(this.evaluator.publicKey);
    const context = concat(utf8("breachdesk/possession/v1"), u8(0), u32(1));
    const one = fromHex(`01${"00".repeat(31)}`);
    const possession = toHex(this.evaluate(blind(context, one).element, this.possessionOf));
    return {
      format: "breachdesk/manifest/v1",
      origin: ORIGIN,
      release,
      release_id: toHex(releaseId),
      epoch: 1,
      canonicalisation: 1,
      stretch: "none",
      keys: { open: { public: shown, shares: [{ public: shown, possession }] }, code: null, channel: null },
      buckets: { count: 2, capacity: CAPACITY, root: toHex(root), max_slots: 2 },
      lookups: [{ id: LOOKUP, fields: LOOKUP.split("+"), assurance: "open", channels: [], reveals: "items" }],
      incidents: [
        {
          id: "kt-2014",
          number: 7,
          first: "2013-02-01",
          last: "2014-02-28",
          items: ["name", "phone", "card_number"],
          records: { read: 5, indexed: 4, rejected: { shape: 1 } },
          subjects: 3,
          lookups: [{ id: LOOKUP, subjects: 2, entries: 2, left_out: { "missing:phone": 1 } }],
        },
      ],
    };
  }
}
