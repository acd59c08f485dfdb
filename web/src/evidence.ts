/** The transcript that anyone verifies with no network (PROTOCOL section 11.1). */
import { fromUtf8, toBase64, toHex } from "./bytes.ts";
import type { Followed } from "./log.ts";
import type { Asked, Evidence } from "./types.ts";
import type { Blinding } from "./voprf.ts";

export interface Transcript {
  readonly log: string;
  readonly timestamps: readonly string[];
  readonly followed: Followed;
  readonly asked: Asked;
  readonly blinding: Blinding;
  /** 96 bytes each, in the manifest's order of shares. */
  readonly evaluations: readonly Uint8Array[];
  readonly bucket: Uint8Array;
  readonly answer: "included" | "not-found";
  /** Unix seconds. */
  readonly at: number;
}

export const EVIDENCE_FORMAT = "breachdesk/evidence/v1";

/** It holds what was typed, and never leaves the device by itself. */
export function evidenceOf(transcript: Transcript): Evidence {
  const { followed, asked } = transcript;
  return {
    format: EVIDENCE_FORMAT,
    log: transcript.log,
    timestamps: transcript.timestamps,
    checkpoint: followed.checkpoint.text,
    leaves: toBase64(followed.leaves),
    entry: toBase64(followed.entry),
    tombstones: followed.tombstones.map(toBase64),
    lookup: asked.lookup,
    fields: Object.fromEntries(asked.fields.map(([name, value]) => [name, fromUtf8(value)])),
    channel: asked.channel
      ? { ...asked.channel, evaluation: toHex(asked.channel.evaluation) }
      : null,
    blind: toHex(transcript.blinding.blind),
    evaluations: transcript.evaluations.map(toHex),
    bucket: toBase64(transcript.bucket),
    answer: transcript.answer,
    asked_at: isoTime(transcript.at),
  };
}

/** Unix seconds as ISO 8601 in UTC, to the second. */
export function isoTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
