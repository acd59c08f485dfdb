"""Manifests and tombstones to bytes: the same value gives the same bytes."""

from collections.abc import Mapping
from typing import Any

from breachdesk import wire
from breachdesk.release._decode import MANIFEST_FORMAT, TOMBSTONE_FORMAT, decode_entry
from breachdesk.release._manifest import (
    IncidentCounts,
    KeyList,
    Manifest,
    Records,
    SourceRows,
    Tombstone,
)


def encode_manifest(manifest: Manifest) -> bytes:
    """The log entry's bytes. Raises ReleaseError if a client would refuse them."""
    data = wire.dumps(
        {
            "format": MANIFEST_FORMAT,
            "origin": manifest.origin,
            "release": manifest.release,
            "release_id": manifest.release_id.hex(),
            "epoch": manifest.epoch,
            "canonicalisation": manifest.canonicalisation,
            "stretch": manifest.stretch,
            "keys": {
                "open": _keys(manifest.keys.get("open")),
                "code": _keys(manifest.keys.get("code")),
                "channel": _keys(manifest.keys.get("channel")),
            },
            "buckets": {
                "count": manifest.buckets.count,
                "capacity": manifest.buckets.capacity,
                "root": manifest.buckets.root.hex(),
                "max_slots": manifest.buckets.max_slots,
            },
            "lookups": [
                {
                    "id": one.id,
                    "fields": list(one.fields),
                    "assurance": one.assurance,
                    "channels": list(one.channels),
                    "reveals": one.reveals,
                }
                for one in manifest.lookups
            ],
            "incidents": [_incident(one) for one in manifest.incidents],
            "changes": [
                {
                    "incident": one.incident,
                    "kind": one.kind,
                    "on": one.on.isoformat(),
                    "records": one.records,
                    "subjects": one.subjects,
                }
                for one in manifest.changes
            ],
        }
    )
    decode_entry(data)
    return data


def encode_tombstone(tombstone: Tombstone) -> bytes:
    """The log entry's bytes. Raises ReleaseError if a client would refuse them."""
    data = wire.dumps(
        {
            "format": TOMBSTONE_FORMAT,
            "origin": tombstone.origin,
            "number": tombstone.number,
            "retired": tombstone.retired,
            "reason": {language: tombstone.reason.get(language) for language in ("ko", "en")},
        }
    )
    decode_entry(data)
    return data


def _keys(keys: KeyList | None) -> dict[str, Any] | None:
    if keys is None:
        return None
    return {
        "public": keys.public.hex(),
        "shares": [
            {"public": one.public.hex(), "possession": one.possession.hex()} for one in keys.shares
        ],
    }


def _incident(one: IncidentCounts) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "items": list(one.items),
        "records": {
            **_rows(one.records),
            "sources": [
                {"release": source.release, **_rows(source)} for source in one.records.sources
            ],
        },
        "subjects": one.subjects,
        "lookups": [
            {
                "id": counts.id,
                "subjects": counts.subjects,
                "entries": counts.entries,
                "left_out": _sorted(counts.left_out),
            }
            for counts in one.lookups
        ],
    }


def _rows(rows: Records | SourceRows) -> dict[str, Any]:
    return {"read": rows.read, "indexed": rows.indexed, "rejected": _sorted(rows.rejected)}


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: counts[reason] for reason in sorted(counts)}
