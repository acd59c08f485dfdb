/** What a log entry says: a manifest or a tombstone (PROTOCOL sections 8.2 and 8.3). */
import { ASSURANCES, type Kind, REVEALS } from "./catalogue.ts";
import { CheckError } from "./errors.ts";
import { CANONICALISATION_VERSION, FIELD_TYPES } from "./identifiers.ts";
import { readJson } from "./json.ts";
import { LOG_SIZE_LIMIT, MANIFEST_LIMIT, SHARES_LIMIT } from "./limits.ts";
import { type Incident, readIncidents } from "./manifest/incidents.ts";
import { KEY_NAME, Strict } from "./strict.ts";

export type { Incident } from "./manifest/incidents.ts";

export interface Share {
  readonly public: Uint8Array;
  readonly possession: Uint8Array;
}

/** The combined key of one kind, and the shares that sum to it. */
export interface KeyList {
  readonly public: Uint8Array;
  readonly shares: readonly Share[];
}

export interface Buckets {
  readonly count: number;
  readonly capacity: number;
  readonly root: Uint8Array;
  readonly maxSlots: number;
}

export interface Lookup {
  readonly id: string;
  readonly fields: readonly string[];
  readonly assurance: Kind;
  readonly reveals: (typeof REVEALS)[number];
}

/** `keys.code` is there exactly if a lookup needs it. */
export interface Manifest {
  readonly origin: string;
  readonly release: number;
  readonly releaseId: Uint8Array;
  readonly epoch: number;
  readonly keys: Readonly<Partial<Record<Kind, KeyList>>>;
  readonly buckets: Buckets;
  readonly lookups: readonly Lookup[];
  readonly incidents: readonly Incident[];
}

const MANIFEST_FORMAT = "breachdesk/manifest/v1";
const TOMBSTONE_FORMAT = "breachdesk/tombstone/v1";
const STRICT = new Strict("manifest-format");

/**
 * Reads entry `number` of the log of `origin`: its manifest, or undefined for a tombstone.
 *
 * Throws CheckError: manifest-version for a version that this script does not know, whatever else it
 * holds; otherwise manifest-format.
 */
export function decodeEntry(bytes: Uint8Array, origin: string, number: number): Manifest | undefined {
  const top = STRICT.mapping(readJson(bytes, MANIFEST_LIMIT, "manifest-format"), "entry");
  const format = STRICT.text(top["format"], "format");
  if (format === TOMBSTONE_FORMAT) {
    checkTombstone(top, origin, number);
    return undefined;
  }
  const canonicalisation = format === MANIFEST_FORMAT ? top["canonicalisation"] : undefined;
  if (format !== MANIFEST_FORMAT) throw new CheckError("manifest-version", "format");
  if (STRICT.integer(canonicalisation, "canonicalisation", 0) !== CANONICALISATION_VERSION) {
    throw new CheckError("manifest-version", "canonicalisation");
  }
  if (STRICT.text(top["stretch"], "stretch") !== "none") {
    throw new CheckError("manifest-version", "stretch");
  }
  return manifest(top, origin, number);
}

function manifest(value: unknown, origin: string, number: number): Manifest {
  const top = STRICT.object(value, "manifest", [
    "format",
    "origin",
    "release",
    "release_id",
    "epoch",
    "canonicalisation",
    "stretch",
    "keys",
    "buckets",
    "lookups",
    "incidents",
  ]);
  const lookups = STRICT.array(top.lookups, "lookups", 1, 16, lookup);
  STRICT.distinct(lookups.map(({ id }) => id), "lookups");
  const needsCode = lookups.some(({ assurance }) => assurance === "code");
  return {
    ...place(top.origin, top.release, origin, number),
    releaseId: STRICT.hex(top.release_id, "release_id", 32),
    epoch: STRICT.integer(top.epoch, "epoch", 1, 0xffffffff),
    keys: keys(top.keys, needsCode),
    buckets: buckets(top.buckets),
    lookups,
    incidents: readIncidents(STRICT, top.incidents, lookups),
  };
}

/** The entry says which log it is in, and where. */
function place(
  origin: unknown,
  number: unknown,
  expectedOrigin: string,
  expectedNumber: number,
): { origin: string; release: number } {
  const found = STRICT.text(origin, "origin", 255, KEY_NAME);
  const release = STRICT.integer(number, "number", 1, LOG_SIZE_LIMIT);
  if (found !== expectedOrigin) STRICT.fail("origin", "not the log's");
  if (release !== expectedNumber) STRICT.fail("number", "not its position in the log");
  return { origin: found, release };
}

function keys(value: unknown, needsCode: boolean): Manifest["keys"] {
  const found = STRICT.object(value, "keys", ["open", "code", "channel"]);
  if (found.channel !== null) STRICT.fail("keys.channel", "not null");
  const open = keyList(found.open, "keys.open");
  if (needsCode) return { open, code: keyList(found.code, "keys.code") };
  if (found.code !== null) STRICT.fail("keys.code", "not null, and no lookup needs it");
  return { open };
}

function keyList(value: unknown, where: string): KeyList {
  const found = STRICT.object(value, where, ["public", "shares"]);
  return {
    public: STRICT.hex(found.public, `${where}.public`, 32),
    shares: STRICT.array(found.shares, `${where}.shares`, 1, SHARES_LIMIT, share),
  };
}

function share(value: unknown, where: string): Share {
  const found = STRICT.object(value, where, ["public", "possession"]);
  return {
    public: STRICT.hex(found.public, `${where}.public`, 32),
    possession: STRICT.hex(found.possession, `${where}.possession`, 96),
  };
}

function buckets(value: unknown): Buckets {
  const found = STRICT.object(value, "buckets", ["count", "capacity", "root", "max_slots"]);
  const count = STRICT.integer(found.count, "buckets.count", 1, 2 ** 24);
  if ((count & (count - 1)) !== 0) STRICT.fail("buckets.count", "not a power of two");
  const capacity = STRICT.integer(found.capacity, "buckets.capacity", 16, 2032);
  if (capacity % 16 !== 0) STRICT.fail("buckets.capacity", "not a multiple of 16");
  return {
    count,
    capacity,
    root: STRICT.hex(found.root, "buckets.root", 32),
    maxSlots: STRICT.integer(found.max_slots, "buckets.max_slots", 1, 64),
  };
}

/** Section 4.1: fields in ascending order of type, and a token exactly under `code`. */
function lookup(value: unknown, where: string): Lookup {
  const one = STRICT.object(value, where, ["id", "fields", "assurance", "reveals"]);
  const fields = STRICT.array(one.fields, `${where}.fields`, 1, FIELD_TYPES.size, (name, at) =>
    STRICT.choice(name, at, FIELD_TYPES.keys()),
  );
  STRICT.ascending(fields, `${where}.fields`, (name) => FIELD_TYPES.get(name) ?? 0);
  const assurance = STRICT.choice(one.assurance, `${where}.assurance`, ASSURANCES);
  if ((assurance === "code") !== fields.includes("channel_token")) {
    STRICT.fail(`${where}.assurance`, "does not go with the fields");
  }
  const id = STRICT.text(one.id, `${where}.id`, 64);
  if (id !== fields.join("+")) STRICT.fail(`${where}.id`, "not the fields joined by +");
  return { id, fields, assurance, reveals: STRICT.choice(one.reveals, `${where}.reveals`, REVEALS) };
}

function checkTombstone(value: unknown, origin: string, number: number): void {
  const top = STRICT.object(value, "tombstone", ["format", "origin", "number", "retired", "reason"]);
  const reason = STRICT.object(top.reason, "reason", ["ko", "en"]);
  place(top.origin, top.number, origin, number);
  STRICT.text(top.retired, "retired", 64, /^[a-z0-9-]+$/);
  STRICT.text(reason.ko, "reason.ko");
  STRICT.text(reason.en, "reason.en");
}
