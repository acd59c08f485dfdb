/**
 * The vectors that Python and TypeScript share (PROTOCOL section 14). Each good one must hold to the
 * byte, each bad one must cause the error that it names. A file, or a kind of case, that nothing here
 * runs fails the test, and so does one that is gone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bucketIndex, openBucket } from "../src/bucket.ts";
import { concat, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from "../src/bytes.ts";
import { type Channel, ITEMS } from "../src/catalogue.ts";
import { openCheckpoint } from "../src/checkpoint.ts";
import { findEntries, readPayload, tagAndKey } from "../src/entry.ts";
import { CheckError } from "../src/errors.ts";
import { canonical, InvalidField, letterCode, oneTimeCode, oprfInput } from "../src/identifiers.ts";
import { follow } from "../src/log.ts";
import { decodeEntry, type Incident, type Lookup, type Manifest } from "../src/manifest.ts";
import { dayText } from "../src/manifest/incidents.ts";
import { readKeys } from "../src/service.ts";
import { channelToken, tokenInput } from "../src/token.ts";
import { leafHash, logRoot, rootOfPath } from "../src/tree.ts";
import { LOG_TYPE, parseVKey, TIMESTAMP_TYPE } from "../src/vkey.ts";

interface Case {
  readonly name: string;
  readonly op?: string;
  readonly error?: string;
  readonly reason?: string;
}
interface VectorFile {
  readonly good: readonly Case[];
  readonly bad: readonly Case[];
}
/** Runs one vector: returns what it came to, or throws. `check` compares it for a good one. */
interface Runner<T extends Case> {
  readonly run: (vector: T) => unknown;
  readonly check: (found: unknown, vector: T) => void;
}
type Runners = Readonly<Record<string, Runner<never>>>;

const FOLDER = new URL("../../spec/vectors/", import.meta.url);
const ORIGIN = "breach.example.org";
const hex = fromHex;

function runner<T extends Case, R>(
  run: (vector: T) => R,
  check: (found: Awaited<R>, vector: T) => void,
): Runner<never> {
  return { run, check } as unknown as Runner<never>;
}

// Of the builder and the claims desk: a client never computes them.
const notOurs = runner(() => undefined, () => undefined);

const fields = runner(
  ({ field, text }: Case & { field: string; text: string }) => canonical(field, text),
  (found, { canonical: expected }: Case & { canonical: string; field: string; text: string }) => {
    expect(fromUtf8(found)).toBe(expected);
  },
);

interface InputCase extends Case {
  readonly epoch: number;
  readonly lookup: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly input: string;
}
const inputs = runner(
  ({ epoch, lookup, fields: values }: InputCase) =>
    oprfInput(epoch, lookup, values.map(([name, value]) => [name, hex(value)] as const)),
  (found, { input }) => {
    expect(toHex(found)).toBe(input);
  },
);

interface BucketCase extends Case {
  readonly release_id: string;
  readonly count: number;
  readonly capacity: number;
  readonly root: string;
  readonly index: number;
  readonly file: string;
}
const bucketCheck = runner(
  ({ release_id, count, capacity, root, index, file }: BucketCase) => {
    const buckets = { count, capacity, root: hex(root), maxSlots: 1 };
    return openBucket(hex(file), { releaseId: hex(release_id), buckets } as Manifest, index);
  },
  (found, { file, capacity }) => {
    expect(toHex(found)).toBe(file.slice(128, 128 * (1 + capacity)));
  },
);
const bucketEncode = runner(
  ({ header_and_body }: Case & { header_and_body: string; leaf: string }) => leafHash(hex(header_and_body)),
  (found, { leaf }) => {
    expect(toHex(found)).toBe(leaf);
  },
);

const entryBucket = runner(
  ({ out, count }: Case & { out: string; count: number; index: number }) => bucketIndex(hex(out), count),
  (found, { index }) => {
    expect(found).toBe(index);
  },
);

interface SealCase extends Case {
  readonly out: string;
  readonly release_id: string;
  readonly lookup: string;
  readonly slot: number;
  readonly fields: {
    readonly incident: number;
    readonly items: string;
    readonly first_day: number;
    readonly last_day: number;
    readonly records: number;
  };
  readonly payload: string;
  readonly tag: string;
  readonly key: string;
  readonly entry: string;
}
function incidentOf(number: number, itemsHex: string): Incident {
  const mask = Number.parseInt(itemsHex, 16);
  const items = ITEMS.filter((_, bit) => (mask >> bit) & 1);
  const counts = { read: 0, rejected: 0, subjects: 0, lookups: [] };
  return { id: String(number), number, items, mask, ...counts };
}
function lookupOf(id: string, assurance: Lookup["assurance"], reveals: Lookup["reveals"]): Lookup {
  return { id, fields: id.split("+"), assurance, channels: [], reveals };
}
const seal = runner(
  (vector: SealCase) => {
    const { incident, items } = vector.fields;
    const releaseId = hex(vector.release_id);
    const incidents = [incidentOf(incident, items)];
    const buckets = { count: 1, capacity: 16, root: releaseId, maxSlots: vector.slot + 1 };
    const manifest = { releaseId, buckets, incidents } as unknown as Manifest;
    const lookup = lookupOf(vector.lookup, vector.lookup.includes("channel") ? "code" : "open", "items");
    const made = tagAndKey(hex(vector.out), releaseId, incident, vector.slot);
    return { made, found: findEntries(manifest, lookup, hex(vector.out), hex(vector.entry)) };
  },
  ({ made, found }, vector) => {
    expect(toHex(made.tag)).toBe(vector.tag);
    expect(toHex(made.key)).toBe(vector.key);
    const { first_day, incident, items, last_day, records } = vector.fields;
    expect(found).toEqual([
      {
        incident: String(incident),
        items: incidentOf(incident, items).items,
        first: dayText(first_day),
        last: dayText(last_day),
        records,
        claim: vector.payload.slice(56),
      },
    ]);
  },
);

interface FindCase extends Case {
  readonly out: string;
  readonly release_id: string;
  readonly lookup: string;
  readonly assurance: Lookup["assurance"];
  readonly reveals: Lookup["reveals"];
  readonly incidents: readonly { readonly number: number; readonly items: string }[];
  readonly max_slots: number;
  readonly body: string;
  readonly found: readonly { readonly incident: number; readonly payload: string }[];
}
const find = runner(
  (vector: FindCase) => {
    const releaseId = hex(vector.release_id);
    const incidents = vector.incidents.map(({ number, items }) => incidentOf(number, items));
    const buckets = { count: 1, capacity: 16, root: releaseId, maxSlots: vector.max_slots };
    const lookup = lookupOf(vector.lookup, vector.assurance, vector.reveals);
    const manifest = { releaseId, buckets, incidents } as unknown as Manifest;
    return { incidents, lookup, found: findEntries(manifest, lookup, hex(vector.out), hex(vector.body)) };
  },
  ({ found, incidents, lookup }, vector) => {
    const expected = vector.found.map(({ incident, payload }) => {
      const of = incidents.find(({ number }) => number === incident);
      if (of === undefined) throw new Error("an incident of the vector");
      return readPayload(hex(payload), of, lookup);
    });
    expect(found).toEqual(expected);
  },
);

interface EntryCase extends Case {
  readonly text?: string;
  readonly bytes?: string;
  /** With blanks after the text. */
  readonly padded_to?: number;
  readonly kind: string;
}
function entryBytes({ text, bytes, padded_to }: EntryCase): Uint8Array {
  if (text === undefined) return hex(bytes ?? "");
  const found = utf8(text);
  return concat(found, utf8(" ".repeat(Math.max(0, (padded_to ?? 0) - found.length))));
}
const manifestEntry = runner(
  (vector: EntryCase) => {
    const bytes = entryBytes(vector);
    const [, number = "1"] = /"(?:release|number)": *(\d+)/.exec(vector.text ?? "") ?? [];
    return decodeEntry(bytes, ORIGIN, Number(number));
  },
  (found, vector) => {
    expect(found === undefined ? "tombstone" : "manifest").toBe(vector.kind);
  },
);

interface LogCase extends Case {
  readonly log: string;
  readonly timestamps: readonly string[];
  readonly now: number;
  readonly note: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly time: number;
  readonly signers: readonly string[];
}
const vkey = runner(
  ({ vkey: text, type }: Case & { vkey: string; type?: number; key_name: string; public: string }) =>
    parseVKey(text, type === TIMESTAMP_TYPE ? TIMESTAMP_TYPE : LOG_TYPE),
  (found, vector) => {
    expect(found.name).toBe(vector.key_name);
    expect(toHex(found.public)).toBe(vector.public);
  },
);
const open = runner(
  ({ log, note, now, timestamps }: LogCase) =>
    openCheckpoint(utf8(note), readKeys(log, timestamps), now),
  (found, { origin, root, signers, size, time }) => {
    expect({ ...found, root: toHex(found.root) }).toMatchObject({ origin, root, size, time });
    // The vectors name the log first; the page shows who cosigned.
    expect([origin, ...found.stamps.keys()]).toEqual(signers);
  },
);

interface FollowCase extends LogCase {
  readonly remembered: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly files: Readonly<Record<string, string>>;
  readonly release: number;
  readonly tombstones: number;
}
const followCase = runner(
  ({ files, log, now, remembered, timestamps }: FollowCase) =>
    follow(
      (path) => {
        const bytes = fromBase64(files[path] ?? "-");
        return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no ${path} in the vector`));
      },
      readKeys(log, timestamps),
      now,
      remembered ? { ...remembered, root: toBase64(hex(remembered.root)) } : undefined,
    ),
  (found, { release, tombstones }) => {
    expect(found.manifest.release).toBe(release);
    expect(found.tombstones).toHaveLength(tombstones);
  },
);

interface PathCase extends Case {
  readonly count: number;
  readonly index: number;
  readonly leaf: string;
  readonly path: string;
  readonly root: string;
}
/** 7.4 as a client does it: a file of the right length, whose path does or does not lead to the root. */
const path = runner(
  (vector: PathCase) => {
    const siblings = hex(vector.path);
    const fits = siblings.length === 32 * Math.log2(vector.count) && vector.index < vector.count;
    const root = rootOfPath(hex(vector.leaf), vector.index, siblings);
    if (!fits || toHex(root) !== vector.root) throw new CheckError("bucket-path");
  },
  () => undefined,
);
const tree = runner(
  ({ leaves, paths }: Case & { leaves: readonly string[]; paths: readonly string[]; root: string }) =>
    leaves.map((leaf, index) => toHex(rootOfPath(hex(leaf), index, hex(paths[index] ?? "")))),
  (found, { root }) => {
    expect(new Set(found)).toEqual(new Set([root]));
  },
);
const log = runner(
  ({ entries }: Case & { entries: readonly string[]; leaves: readonly string[]; root: string }) =>
    entries.map((entry) => leafHash(hex(entry))),
  (found, { leaves, root }) => {
    expect(found.map(toHex)).toEqual(leaves);
    expect(toHex(logRoot(found))).toBe(root);
  },
);

interface TokenCase extends Case {
  readonly epoch: number;
  readonly channel: Channel;
  readonly address: string;
  readonly public: string;
  readonly evaluation: string;
  readonly input: string;
  readonly token: string;
}
const input = runner(
  ({ address, channel, epoch }: TokenCase) =>
    tokenInput(epoch, { type: channel, address: fromUtf8(hex(address)) }),
  (found, vector) => {
    expect(toHex(found)).toBe(vector.input);
  },
);
const token = runner(
  ({ address, channel, epoch, evaluation, public: key }: TokenCase) => {
    const shares = [{ public: hex(key), possession: new Uint8Array() }];
    const manifest = { epoch, keys: { channel: { public: hex(key), shares } } } as unknown as Manifest;
    const obtained = { type: channel, address: fromUtf8(hex(address)), evaluation: hex(evaluation) };
    return channelToken(manifest, obtained);
  },
  (found, vector) => {
    expect(toHex(found)).toBe(vector.token);
  },
);
type Spelling = (field: string, text: string) => string;
const codes = (read: Spelling): Runner<never> =>
  runner(
    ({ text }: Case & { text: string }) => read("code", text),
    (found, vector: Case & { canonical: string; text: string }) => {
      expect(found).toBe(vector.canonical);
    },
  );

/** By file and kind of case; a case of no kind is under "". */
const RUNNERS: Readonly<Record<string, Runners>> = {
  "fields.json": { "": fields },
  "inputs.json": { "": inputs },
  "buckets.json": { capacity: notOurs, encode: bucketEncode, check: bucketCheck },
  "entries.json": { bucket: entryBucket, seal, subject: notOurs, find },
  "manifests.json": { "release-id": notOurs, entry: manifestEntry },
  "checkpoints.json": { vkey, open, follow: followCase },
  "paths.json": { tree, path, log },
  "tokens.json": {
    input,
    letter: notOurs,
    "letter-code": codes(letterCode),
    "one-time-code": codes(oneTimeCode),
    token,
  },
};
/** For builders and their peers (10.3), and for witnesses (9.5): the page is none of them. */
const NOT_OURS = ["batches.json", "consistency.json"];
/** Run by tests of their own; no browser ever asks for a builder's batches. */
const ELSEWHERE = ["evaluations.json", "rfc9497.json", "transcripts.json"];

function nameOf(error: unknown): string {
  if (error instanceof CheckError || error instanceof InvalidField) return error.reason;
  if (error instanceof RangeError) return "input";
  throw error;
}

it("covers every file of spec/vectors", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  expect(files.sort()).toEqual([...Object.keys(RUNNERS), ...ELSEWHERE, ...NOT_OURS].sort());
});

describe.each(Object.entries(RUNNERS))("%s", (file, runners) => {
  const { bad, good } = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as VectorFile;

  it("has good and bad cases, each of a kind that is run, and every kind", () => {
    expect(good.length * bad.length).toBeGreaterThan(0);
    const kinds = new Set([...good, ...bad].map(({ op = "" }) => op));
    expect([...kinds].sort()).toEqual(Object.keys(runners).sort());
  });

  it.each(good)("good: $name", async (vector) => {
    const { check, run } = runners[vector.op ?? ""] as Runner<Case>;
    check(await run(vector), vector);
  });

  it.each(bad)("bad: $name", async (vector) => {
    const { run } = runners[vector.op ?? ""] as Runner<Case>;
    const failure: unknown = await Promise.resolve()
      .then(() => run(vector))
      .then(
        () => "nothing",
        (error: unknown) => nameOf(error),
      );
    expect(failure).toBe(vector.error ?? vector.reason);
  });
});
