/** Sealed entries: finding and opening them (PROTOCOL sections 6.2 to 6.5). */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { ENTRY_BYTES } from "./bucket.ts";
import { concat, toHex, u16, u8, utf8, view } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import type { Incident, Lookup, Manifest } from "./manifest.ts";
import { dayText } from "./manifest/incidents.ts";
import type { Found } from "./types.ts";

const LABEL = utf8("breachdesk/entry/v1");
const TAG_BYTES = 8;
const KEY_BYTES = 32;
const NONCE = new Uint8Array(12);
/** Where in a payload each part starts (6.3). */
const ITEMS_AT = 2;
const FIRST_DAY_AT = 10;
const LAST_DAY_AT = 12;
const RECORDS_AT = 14;
const IDS_AT = 16;
const CLAIM_AT = 28;

export function tagAndKey(
  out: Uint8Array,
  releaseId: Uint8Array,
  incident: number,
  slot: number,
): { tag: Uint8Array; key: Uint8Array } {
  const hash = sha512(concat(LABEL, out.subarray(32, 64), releaseId, u16(incident), u8(slot)));
  return { tag: hash.subarray(0, TAG_BYTES), key: hash.subarray(TAG_BYTES, TAG_BYTES + KEY_BYTES) };
}

/**
 * Everything that opens in a checked bucket body, by incident and slot.
 *
 * Throws CheckError("entry") if entries match a tag and none of them opens, or one says what 6.3 forbids.
 */
export function findEntries(
  manifest: Manifest,
  lookup: Lookup,
  out: Uint8Array,
  body: Uint8Array,
): Found[] {
  const byTag = indexed(body);
  const ad = concat(manifest.releaseId, utf8(lookup.id));
  const found: Found[] = [];
  for (const incident of manifest.incidents) {
    for (let slot = 0; slot < manifest.buckets.maxSlots; slot++) {
      const { tag, key } = tagAndKey(out, manifest.releaseId, incident.number, slot);
      const matching = byTag.get(view(tag).getBigUint64(0));
      if (matching) found.push(readPayload(openOne(matching, key, ad), incident, lookup));
    }
  }
  return found;
}

function indexed(body: Uint8Array): Map<bigint, Uint8Array[]> {
  const byTag = new Map<bigint, Uint8Array[]>();
  const tags = view(body);
  for (let at = 0; at < body.length; at += ENTRY_BYTES) {
    const tag = tags.getBigUint64(at);
    const entry = body.subarray(at, at + ENTRY_BYTES);
    const same = byTag.get(tag);
    if (same) same.push(entry);
    else byTag.set(tag, [entry]);
  }
  return byTag;
}

/** The payload of the one that opens: an equal tag may be another's, or padding's, by chance. */
function openOne(entries: readonly Uint8Array[], key: Uint8Array, ad: Uint8Array): Uint8Array {
  for (const entry of entries) {
    try {
      return chacha20poly1305(key, NONCE, ad).decrypt(entry.subarray(TAG_BYTES));
    } catch {
      // The next may.
    }
  }
  throw new CheckError("entry");
}

/** Reads the 40 bytes and refuses what 6.3 forbids. */
export function readPayload(payload: Uint8Array, incident: Incident, lookup: Lookup): Found {
  const data = view(payload);
  const refuse = (): never => {
    throw new CheckError("entry");
  };
  if (data.getUint16(0) !== incident.number) refuse();
  const items = data.getUint32(ITEMS_AT + 4);
  if (data.getUint32(ITEMS_AT) !== 0 || (items & ~incident.mask) !== 0) {
    refuse();
  }
  const said = (from: number, to: number): boolean => payload.subarray(from, to).some((byte) => byte);
  if (lookup.reveals === "membership" && said(ITEMS_AT, IDS_AT)) refuse();
  if (lookup.assurance === "open" && said(IDS_AT, payload.length)) refuse();
  return {
    incident: incident.id,
    items: itemsOf(items, incident),
    first: dayText(data.getUint16(FIRST_DAY_AT)),
    last: dayText(data.getUint16(LAST_DAY_AT)),
    records: data.getUint16(RECORDS_AT),
    claim: toHex(payload.subarray(CLAIM_AT)),
  };
}

function itemsOf(bits: number, { items, mask }: Incident): string[] {
  let rest = mask;
  return items.filter(() => {
    // The lowest bit that is left is this item's: items are in order of bits.
    const bit = rest & -rest;
    rest ^= bit;
    return (bits & bit) !== 0;
  });
}
