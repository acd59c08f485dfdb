/**
 * spec/vectors/transcripts.json (PROTOCOL section 11.1): whole checks replayed through the core. A good
 * one proves what it says, and is written again to the byte; a bad one fails with the same error as in
 * Python. Errors of the name `evidence` are those of `breachdesk verify` alone: a page reads no
 * transcripts; so are keys that its caller knows from elsewhere.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bucketIndex, openBucket } from "../src/bucket.ts";
import { fromBase64, fromHex, utf8 } from "../src/bytes.ts";
import { findEntries } from "../src/entry.ts";
import type { Channel } from "../src/catalogue.ts";
import { CheckError } from "../src/errors.ts";
import { evidenceOf } from "../src/evidence.ts";
import { checkKeys, checkPossession, outputOf } from "../src/keys.ts";
import { follow, releasePath } from "../src/log.ts";
import { form, prepare } from "../src/question.ts";
import { readKeys } from "../src/service.ts";
import type { Evidence } from "../src/types.ts";
import { blind } from "../src/voprf.ts";

interface Transcript {
  readonly log: string;
  readonly timestamps: readonly string[];
  readonly checkpoint: string;
  readonly leaves: string;
  readonly entry: string;
  readonly tombstones: readonly string[];
  readonly lookup: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly channel: { readonly type: Channel; readonly address: string; readonly evaluation: string } | null;
  readonly blind: string;
  readonly evaluations: readonly string[];
  readonly bucket: string;
  readonly answer: string;
  readonly asked_at: string;
}
interface Bad {
  readonly name: string;
  readonly transcript: Transcript;
  readonly error: string;
  readonly known_log?: string;
  readonly known_timestamps?: readonly string[];
}
interface Good {
  readonly name: string;
  readonly transcript: Transcript;
  readonly release: number;
  readonly incidents: readonly unknown[];
  readonly covers: readonly unknown[];
}
interface Proved {
  readonly release: number;
  readonly incidents: readonly unknown[];
  readonly covers: readonly unknown[];
  readonly evidence: Evidence;
}

const file = new URL("../../spec/vectors/transcripts.json", import.meta.url);
const { bad, good } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly good: readonly Good[];
  readonly bad: readonly Bad[];
};

function bytesOf(text: string): Uint8Array {
  const found = fromBase64(text);
  if (found === undefined) throw new Error("a vector's base64");
  return found;
}

/** The transcript's files by name: entries from the newest down. */
function reader(transcript: Transcript): (path: string) => Promise<Uint8Array> {
  const [, size] = transcript.checkpoint.split("\n");
  const entries = [...transcript.tombstones, transcript.entry];
  const files = new Map(
    entries.map((entry, index) => [`${releasePath(Number(size) - index)}/entry.json`, entry]),
  );
  return (path) => {
    if (path === "checkpoint") return Promise.resolve(utf8(transcript.checkpoint));
    return Promise.resolve(bytesOf(path.endsWith("/leaves") ? transcript.leaves : (files.get(path) ?? "")));
  };
}

/** 9.4, 5, 7.4 and 6.4 as a check does them. */
async function replay(transcript: Transcript): Promise<Proved> {
  const { log, timestamps } = transcript;
  const at = Date.parse(transcript.asked_at) / 1000;
  const followed = await follow(reader(transcript), readKeys(log, timestamps), at);
  const { manifest } = followed;
  checkKeys(manifest);
  checkPossession(manifest);
  const { channel, fields, lookup: id } = transcript;
  const obtained = channel && { ...channel, evaluation: fromHex(channel.evaluation) };
  const asked = prepare({ lookup: id, fields, ...(obtained && { channel: obtained }) });
  const { input, keys, lookup } = form(asked, manifest);
  const blinding = blind(input, fromHex(transcript.blind));
  const evaluations = transcript.evaluations.map(fromHex);
  const out = outputOf(input, blinding, evaluations, keys);
  const bucket = bytesOf(transcript.bucket);
  const body = openBucket(bucket, manifest, bucketIndex(out, manifest.buckets.count));
  const found = findEntries(manifest, lookup, out, body);
  const answer = found.length > 0 ? "included" : "not-found";
  return {
    release: manifest.release,
    incidents: found.map(({ first, incident, items, last, records }) => {
      return { id: incident, items, first, last, records: lookup.reveals === "items" ? records : null };
    }),
    covers: manifest.incidents.map(({ id, lookups, subjects }) => {
      const findable = lookups.find((counts) => counts.id === lookup.id)?.subjects ?? 0;
      return { id, subjects, not_findable_by_this_question: subjects - findable };
    }),
    evidence: evidenceOf({
      log,
      timestamps,
      followed,
      asked,
      blinding,
      evaluations,
      bucket,
      answer,
      at,
    }),
  };
}

describe("transcripts.json", () => {
  it.each(good)("good: $name", async ({ covers, incidents, release, transcript }) => {
    const proved = await replay(transcript);
    expect(proved).toMatchObject({ release, incidents, covers });
    expect(JSON.stringify(proved.evidence)).toBe(JSON.stringify(transcript));
  });

  const met = bad.filter(
    ({ error, known_log, known_timestamps }) =>
      error !== "evidence" && known_log === undefined && known_timestamps === undefined,
  );

  it("has every error that a saved check can meet", () => {
    expect([...new Set(met.map(({ error }) => error))].sort()).toEqual(
      [
        "bucket-header",
        "bucket-length",
        "bucket-path",
        "checkpoint",
        "clock",
        "element",
        "entry",
        "key",
        "leaves",
        "manifest-format",
        "manifest-version",
        "possession",
        "proof",
        "signature",
        "stale",
      ],
    );
  });

  it.each(met)("bad: $name", async ({ error, transcript }) => {
    const failure: unknown = await replay(transcript).then(
      () => "nothing",
      (caught: unknown) => caught,
    );
    expect(failure).toBeInstanceOf(CheckError);
    expect((failure as CheckError).reason).toBe(error);
  });
});
