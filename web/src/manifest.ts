/** What a log entry says: a manifest or a tombstone (PROTOCOL sections 8.2 and 8.3). */
import { ASSURANCES, type Channel, CHANNELS, KEY_KINDS, type KeyKind, type Kind, REVEALS } from "./catalogue.ts";
import { CheckError } from "./errors.ts";
import { CANONICALISATION_VERSION, FIELD_TYPES } from "./identifiers.ts";
import { readJson } from "./json.ts";
import { LOG_SIZE_LIMIT, MANIFEST_LIMIT, SHARES_LIMIT } from "./limits.ts";
import { checkChanges } from "./manifest/changes.ts";
import { ID, type Incident, readIncidents } from "./manifest/incidents.ts";
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
  readonly channels: readonly Channel[];
  readonly reveals: (typeof REVEALS)[number];
}

/** `keys.code` is there exactly if a lookup needs it. */
export interface Manifest {
  readonly origin: string;
  readonly release: number;
  readonly releaseId: Uint8Array;
  readonly epoch: number;
  readonly keys: Readonly<Partial<Record<KeyKind, KeyList>>>;
  readonly buckets: Buckets;
  readonly lookups: readonly Lookup[];
  readonly incidents: readonly Incident[];
}

const MANIFEST_FORMAT = "breachdesk/manifest/v1";
const TOMBSTONE_FORMAT = "breachdesk/tombstone/v1";
const STRICT = new Strict("manifest-format");

/** `retired` is the id of what was: an incident, or an epoch. */
export interface Tombstone {
  readonly retired: string;
}

/**
 * Reads entry `number` of the log of `origin`.
 *
 * Throws CheckError: manifest-version for a version that this script does not know, whatever else it
 * holds; otherwise manifest-format.
 */
export function decodeEntry(bytes: Uint8Array, origin: string, number: number): Manifest | Tombstone {
  const top = STRICT.mapping(readJson(bytes, MANIFEST_LIMIT, "manifest-format"));
  const format = STRICT.text(top["format"]);
  if (format === TOMBSTONE_FORMAT) {
    return tombstone(top, origin, number);
  }
  const canonicalisation = format === MANIFEST_FORMAT ? top["canonicalisation"] : undefined;
  if (format !== MANIFEST_FORMAT) throw new CheckError("manifest-version");
  if (STRICT.integer(canonicalisation, 0) !== CANONICALISATION_VERSION) {
    throw new CheckError("manifest-version");
  }
  if (STRICT.text(top["stretch"]) !== "none") {
    throw new CheckError("manifest-version");
  }
  return manifest(top, origin, number);
}

function manifest(value: unknown, origin: string, number: number): Manifest {
  const top = STRICT.object(value, [
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
    "changes",
  ]);
  const lookups = STRICT.array(top.lookups, 1, 16, lookup);
  STRICT.distinct(lookups.map(({ id }) => id));
  const numbered = place(top.origin, top.release, origin, number);
  const incidents = readIncidents(STRICT, top.incidents, lookups, number);
  checkChanges(STRICT, top.changes, incidents);
  const needsCode = lookups.some(({ assurance }) => assurance === "code");
  return {
    ...numbered,
    releaseId: STRICT.hex(top.release_id, 32),
    epoch: STRICT.integer(top.epoch, 1, 0xffffffff),
    keys: keys(top.keys, needsCode),
    buckets: buckets(top.buckets),
    lookups,
    incidents,
  };
}

/** The entry says which log it is in, and where. */
function place(
  origin: unknown,
  number: unknown,
  expectedOrigin: string,
  expectedNumber: number,
): { origin: string; release: number } {
  const found = STRICT.text(origin, 255, KEY_NAME);
  const release = STRICT.integer(number, 1, LOG_SIZE_LIMIT);
  if (found !== expectedOrigin) STRICT.fail();
  if (release !== expectedNumber) STRICT.fail();
  return { origin: found, release };
}

function keys(value: unknown, needsCode: boolean): Manifest["keys"] {
  const found = STRICT.object(value, KEY_KINDS);
  const open = keyList(found.open);
  if (needsCode) {
    const channel = keyList(found.channel);
    if (channel.shares.length !== 1) STRICT.fail();
    return { open, code: keyList(found.code), channel };
  }
  if (found.code !== null || found.channel !== null) STRICT.fail();
  return { open };
}

function keyList(value: unknown): KeyList {
  const found = STRICT.object(value, ["public", "shares"]);
  return {
    public: STRICT.hex(found.public, 32),
    shares: STRICT.array(found.shares, 1, SHARES_LIMIT, share),
  };
}

function share(value: unknown): Share {
  const found = STRICT.object(value, ["public", "possession"]);
  return {
    public: STRICT.hex(found.public, 32),
    possession: STRICT.hex(found.possession, 96),
  };
}

function buckets(value: unknown): Buckets {
  const found = STRICT.object(value, ["count", "capacity", "root", "max_slots"]);
  const count = STRICT.integer(found.count, 1, 2 ** 24);
  if ((count & (count - 1)) !== 0) STRICT.fail();
  const capacity = STRICT.integer(found.capacity, 16, 2032);
  if (capacity % 16 !== 0) STRICT.fail();
  return {
    count,
    capacity,
    root: STRICT.hex(found.root, 32),
    maxSlots: STRICT.integer(found.max_slots, 1, 64),
  };
}

/** Section 4.1: fields in ascending order of type, and a token exactly under `code`. */
function lookup(value: unknown): Lookup {
  const one = STRICT.object(value, ["id", "fields", "assurance", "channels", "reveals"]);
  const fields = STRICT.array(one.fields, 1, FIELD_TYPES.size, (name) =>
    STRICT.choice(name, FIELD_TYPES.keys()));
  STRICT.ascending(fields, (name) => FIELD_TYPES.get(name) ?? 0);
  const assurance = STRICT.choice(one.assurance, ASSURANCES);
  if ((assurance === "code") !== fields.includes("channel_token")) {
    STRICT.fail();
  }
  const channels = STRICT.array(one.channels, assurance === "code" ? 1 : 0, CHANNELS.length, (name) =>
    STRICT.choice(name, CHANNELS));
  STRICT.ascending(channels, (name) => CHANNELS.indexOf(name));
  if (assurance !== "code" && channels.length > 0) STRICT.fail();
  const id = STRICT.text(one.id, 64);
  if (id !== fields.join("+")) STRICT.fail();
  return { id, fields, assurance, channels, reveals: STRICT.choice(one.reveals, REVEALS) };
}

function tombstone(value: unknown, origin: string, number: number): Tombstone {
  const top = STRICT.object(value, ["format", "origin", "number", "retired", "reason"]);
  const reason = STRICT.object(top.reason, ["ko", "en"]);
  place(top.origin, top.number, origin, number);
  STRICT.text(reason.ko);
  STRICT.text(reason.en);
  return { retired: STRICT.text(top.retired, 64, ID) };
}
