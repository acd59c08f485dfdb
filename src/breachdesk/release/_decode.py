"""Strict reading of log entries (PROTOCOL sections 8.2 and 8.3)."""

from typing import Any

from breachdesk import wire
from breachdesk.release._bucket_shape import read_buckets
from breachdesk.release._catalogue import ASSURANCES, CHANNEL_TYPES, FIELD_TYPES, REVEALS
from breachdesk.release._decode_changes import read_changes
from breachdesk.release._decode_incident import read_incidents
from breachdesk.release._manifest import KeyList, Lookup, Manifest, Share, Tombstone
from breachdesk.release.errors import ReleaseError

MANIFEST_FORMAT = "breachdesk/manifest/v1"
TOMBSTONE_FORMAT = "breachdesk/tombstone/v1"

_STRICT = wire.Strict("manifest-format")
_ORIGIN = r"[^\s+]+"
_MOST_SHARES = 16
_MANIFEST_KEYS = (
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
)


def decode_entry(data: bytes) -> Manifest | Tombstone:
    """Read a log entry. Raises ReleaseError: manifest-format, or manifest-version for a version
    that this program does not know, whatever else it holds.
    """
    try:
        value = wire.loads(data, limit=wire.MANIFEST_LIMIT, code=_STRICT.code)
        top = _STRICT.mapping(value, "entry")
        if _STRICT.text(top.get("format"), "format") == TOMBSTONE_FORMAT:
            return _tombstone(top)
        _check_version(top)
        return _manifest(top)
    except wire.WireError as error:
        raise ReleaseError(error.code, error.detail) from None


def _check_version(top: dict[str, Any]) -> None:
    """Before anything else, since a later version may have any members."""
    if top["format"] != MANIFEST_FORMAT:
        raise ReleaseError("manifest-version", "format: not a version that this program knows")
    if _STRICT.integer(top.get("canonicalisation"), "canonicalisation", 0) != 1:
        raise ReleaseError("manifest-version", "canonicalisation: not 1")
    if _STRICT.text(top.get("stretch"), "stretch") != "none":
        raise ReleaseError("manifest-version", "stretch: not none")


def _manifest(value: dict[str, Any]) -> Manifest:
    top = _STRICT.object(value, "manifest", _MANIFEST_KEYS)
    lookups = _lookups(top["lookups"])
    release = _STRICT.integer(top["release"], "release", 1, wire.LOG_SIZE_LIMIT)
    incidents = read_incidents(_STRICT, top["incidents"], lookups, release)
    return Manifest(
        origin=_STRICT.text(top["origin"], "origin", most=255, pattern=_ORIGIN),
        release=release,
        release_id=_STRICT.hex(top["release_id"], "release_id", 32),
        epoch=_STRICT.integer(top["epoch"], "epoch", 1, 2**32 - 1),
        keys=_all_keys(top["keys"], needs_code=any(one.assurance == "code" for one in lookups)),
        buckets=read_buckets(_STRICT, top["buckets"]),
        lookups=lookups,
        incidents=incidents,
        changes=read_changes(_STRICT, top["changes"], incidents),
    )


def _all_keys(value: Any, *, needs_code: bool) -> dict[str, KeyList]:
    found = _STRICT.object(value, "keys", ("open", "code", "channel"))
    keys = {"open": _keys(found["open"], "keys.open")}
    for kind in ("code", "channel"):
        if needs_code:
            keys[kind] = _keys(found[kind], f"keys.{kind}")
        elif found[kind] is not None:
            _STRICT.fail(f"keys.{kind}", "not null, and no lookup needs it")
    if needs_code and len(keys["channel"].shares) != 1:
        _STRICT.fail("keys.channel.shares", "not one")
    return keys


def _keys(value: Any, where: str) -> KeyList:
    found = _STRICT.object(value, where, ("public", "shares"))
    shares = _STRICT.array(found["shares"], f"{where}.shares", 1, _MOST_SHARES)
    return KeyList(
        public=_STRICT.hex(found["public"], f"{where}.public", 32),
        shares=tuple(_share(one, f"{where}.shares[{i}]") for i, one in enumerate(shares)),
    )


def _share(value: Any, where: str) -> Share:
    found = _STRICT.object(value, where, ("public", "possession"))
    return Share(
        public=_STRICT.hex(found["public"], f"{where}.public", 32),
        possession=_STRICT.hex(found["possession"], f"{where}.possession", 96),
    )


def _lookups(value: Any) -> tuple[Lookup, ...]:
    found = _STRICT.array(value, "lookups", 1, 16)
    lookups = tuple(_lookup(one, f"lookups[{i}]") for i, one in enumerate(found))
    if len({one.id for one in lookups}) != len(lookups):
        _STRICT.fail("lookups", "one id twice")
    return lookups


def _lookup(value: Any, where: str) -> Lookup:
    """Section 4.1: fields in ascending order of type, and a token exactly under `code`."""
    one = _STRICT.object(value, where, ("id", "fields", "assurance", "channels", "reveals"))
    names = _STRICT.array(one["fields"], f"{where}.fields", 1, len(FIELD_TYPES))
    fields = tuple(_STRICT.choice(name, f"{where}.fields", FIELD_TYPES) for name in names)
    types = [FIELD_TYPES[name] for name in fields]
    if types != sorted(set(types)):
        _STRICT.fail(f"{where}.fields", "not in ascending order")
    assurance = _STRICT.choice(one["assurance"], f"{where}.assurance", ASSURANCES)
    if (assurance == "code") != (fields[-1] == "channel_token"):
        _STRICT.fail(f"{where}.assurance", "does not go with the fields")
    channels = _channels(one["channels"], f"{where}.channels", least=int(assurance == "code"))
    if channels and assurance != "code":
        _STRICT.fail(f"{where}.channels", "not empty, and the lookup takes no token")
    lookup_id = _STRICT.text(one["id"], f"{where}.id", most=64)
    if lookup_id != "+".join(fields):
        _STRICT.fail(f"{where}.id", "not the fields joined by +")
    reveals = _STRICT.choice(one["reveals"], f"{where}.reveals", REVEALS)
    return Lookup(lookup_id, fields, assurance, reveals, channels)


def _channels(value: Any, where: str, *, least: int) -> tuple[str, ...]:
    """Section 4.1: each once, in the order of their types (4.4)."""
    found = _STRICT.array(value, where, least, len(CHANNEL_TYPES))
    names = tuple(_STRICT.choice(name, where, CHANNEL_TYPES) for name in found)
    if names != tuple(name for name in CHANNEL_TYPES if name in names):
        _STRICT.fail(where, "not each once and in order")
    return names


def _tombstone(value: dict[str, Any]) -> Tombstone:
    top = _STRICT.object(value, "tombstone", ("format", "origin", "number", "retired", "reason"))
    reason = _STRICT.object(top["reason"], "reason", ("ko", "en"))
    return Tombstone(
        origin=_STRICT.text(top["origin"], "origin", most=255, pattern=_ORIGIN),
        number=_STRICT.integer(top["number"], "number", 1, wire.LOG_SIZE_LIMIT),
        retired=_STRICT.text(top["retired"], "retired", most=64, pattern=r"[a-z0-9-]+"),
        reason={
            language: _STRICT.text(reason[language], f"reason.{language}")
            for language in ("ko", "en")
        },
    )
