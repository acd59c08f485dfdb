"""checkpoints.json: verifier keys, checkpoints, and the way to the manifest (PROTOCOL section 9).

`op`: `vkey`; `open`, one note under known keys at `now` (Unix seconds); `follow`, the files of a
release folder (base64) by name, with a remembered checkpoint or null.
"""

import base64
from typing import Any

from breachdesk.release import (
    LOG_TYPE,
    TIMESTAMP_TYPE,
    Checkpoint,
    Signature,
    Tombstone,
    VKey,
    cosign,
    encode_manifest,
    encode_tombstone,
    entry_hash,
    log_root,
    parse_note,
    sign_checkpoint,
)
from tests.factories.releases import (
    ORIGIN,
    FixedSigner,
    Service,
    b64,
    build_release,
    seed,
    with_incident,
)

SERVICE = Service()
TIME = 1_396_526_400  # 2014-04-03T12:00:00Z
DAY = 86_400
STRANGER = FixedSigner("stranger.example.net", "stranger", TIMESTAMP_TYPE)
TOMBSTONE = encode_tombstone(Tombstone(ORIGIN, 2, "kt-2012", {"ko": "끝", "en": "over"}))
FIRST = build_release(1).entry
AGAIN = build_release(3).entry
TWO = encode_manifest(with_incident(build_release(1).manifest, "kt-2012", 8))
KNOWN = [SERVICE.timestamp.vkey.text, SERVICE.witness.vkey.text]


def vectors() -> dict[str, Any]:
    return {"section": "9", "good": _good(), "bad": [*_bad_keys(), *_bad_notes(), *_bad_logs()]}


def _buried(incident: str, number: int) -> bytes:
    return encode_tombstone(Tombstone(ORIGIN, number, incident, {"ko": "끝", "en": "over"}))


def signed(checkpoint: Checkpoint, time: int = TIME) -> bytes:
    return cosign(sign_checkpoint(checkpoint, SERVICE.log), SERVICE.timestamp, time)


def checkpoint_of(entries: list[bytes]) -> Checkpoint:
    return Checkpoint(ORIGIN, len(entries), log_root([entry_hash(one) for one in entries]))


PLAIN = Checkpoint(ORIGIN, 3, seed("root"))
NOTE = signed(PLAIN)
LOG_ONLY = sign_checkpoint(PLAIN, SERVICE.log)


def _good() -> list[dict[str, Any]]:
    witnessed = cosign(NOTE, SERVICE.witness, TIME + 60)
    files = folder([FIRST])
    buried = folder([FIRST, TOMBSTONE])
    return [
        *(
            {
                "name": f"vkey of {key.name}",
                "op": "vkey",
                "key_name": key.name,
                "type": key.kind,
                "public": key.public.hex(),
                "vkey": key.text,
            }
            for key in (SERVICE.log.vkey, SERVICE.timestamp.vkey)
        ),
        _opens("the operator's timestamp", NOTE, TIME, [ORIGIN, f"{ORIGIN}/timestamp"]),
        _opens(
            "a witness is newer",
            witnessed,
            TIME + 60,
            [ORIGIN, f"{ORIGIN}/timestamp", SERVICE.witness.name],
        ),
        _opens(
            "a witness is enough",
            cosign(LOG_ONLY, SERVICE.witness, TIME),
            TIME,
            [ORIGIN, SERVICE.witness.name],
        ),
        _opens(
            "an unknown key is ignored, even one that lies",
            NOTE + b"\xe2\x80\x94 stranger.example.net " + base64.b64encode(seed("x", 76)) + b"\n",
            TIME,
            [ORIGIN, f"{ORIGIN}/timestamp"],
        ),
        _opens(
            "a known name with another key id is unknown",
            NOTE + _line(f"{ORIGIN}/timestamp", seed("x", 76)),
            TIME,
            [ORIGIN, f"{ORIGIN}/timestamp"],
        ),
        _opens("7 days old", NOTE, TIME, [ORIGIN, f"{ORIGIN}/timestamp"], now=TIME + 7 * DAY),
        _opens("24 hours ahead", NOTE, TIME, [ORIGIN, f"{ORIGIN}/timestamp"], now=TIME - DAY),
        _follow("the first release", files) | {"release": 1, "tombstones": 0},
        _follow("a tombstone after it", buried) | {"release": 1, "tombstones": 1},
        _follow("the log grew", buried, checkpoint_of([FIRST])) | {"release": 1, "tombstones": 1},
        _follow("one of two incidents is retired", folder([TWO, _buried("kt-2014", 2)]))
        | {"release": 1, "tombstones": 1},
        _follow(
            "a release after a retired one",
            folder([FIRST, _buried("kt-2014", 2), AGAIN]),
        )
        | {"release": 3, "tombstones": 0},
        _follow(
            "another origin is remembered", files, Checkpoint("other.example.org", 9, bytes(32))
        )
        | {"release": 1, "tombstones": 0},
    ]


def _bad_keys() -> list[dict[str, Any]]:
    good = SERVICE.log.vkey
    rows = (
        ("another key id", good.text.replace(good.key_id.hex(), "00000000")),
        ("no name", good.text.removeprefix(ORIGIN)),
        ("a name with a blank", VKey("a b", LOG_TYPE, good.public).text),
        ("an unknown type", VKey(ORIGIN, 2, good.public).text),
        ("a key too short", VKey(ORIGIN, LOG_TYPE, good.public[:31]).text),
        ("a key too long", VKey(ORIGIN, LOG_TYPE, good.public + b"\0").text),
        ("no base64", good.text[:-1]),
        ("two parts", "+".join(good.text.split("+")[:2])),
        ("empty", ""),
    )
    return [
        {"name": f"vkey: {name}", "op": "vkey", "vkey": text, "error": "service"}
        for name, text in rows
    ]


def _bad_notes() -> list[dict[str, Any]]:
    body = PLAIN.body
    b64root = b64(PLAIN.root)
    rows: list[tuple[str, bytes, str]] = [
        ("no log signature", _without(NOTE, ORIGIN), "signature"),
        ("no cosignature", LOG_ONLY, "signature"),
        (
            "unknown signers only",
            cosign(_without(NOTE, ORIGIN, SERVICE.timestamp.name) or b"", STRANGER, TIME),
            "signature",
        ),
        ("an unknown cosigner only", cosign(LOG_ONLY, STRANGER, TIME), "signature"),
        ("a log signature that fails", _break(NOTE, 0), "signature"),
        ("a cosignature that fails", _break(NOTE, 1), "signature"),
        (
            "a witness's cosignature that fails beside a good one",
            _break(cosign(NOTE, SERVICE.witness, TIME), 2),
            "signature",
        ),
        ("a cosignature's time changed", _break(NOTE, 1, at=7), "signature"),
        ("a cosignature cut short", _resize(NOTE, 1, -1), "signature"),
        ("a cosignature with a byte left over", _resize(NOTE, 1, 1), "signature"),
        ("a log signature with a byte left over", _resize(NOTE, 0, 1), "signature"),
        (
            "another size under the signatures",
            _edit(NOTE, f"{ORIGIN}\n3\n", f"{ORIGIN}\n4\n"),
            "signature",
        ),
        ("another log", _signed_body(body.replace(ORIGIN, "other.example.org")), "checkpoint"),
        ("an extension line", _signed_body(body + "more\n"), "checkpoint"),
        ("a missing line", _signed_body(f"{ORIGIN}\n3\n"), "checkpoint"),
        ("a size with a leading zero", _signed_body(body.replace("\n3\n", "\n03\n")), "checkpoint"),
        ("a negative size", _signed_body(body.replace("\n3\n", "\n-3\n")), "checkpoint"),
        ("a size beyond the limit", _signed_body(body.replace("\n3\n", "\n10001\n")), "checkpoint"),
        ("a size in other digits", _signed_body(body.replace("\n3\n", "\n٣\n")), "checkpoint"),
        (
            "a root too short",
            _signed_body(body.replace(b64root, b64(PLAIN.root[:31]))),
            "checkpoint",
        ),
        ("a root that is no base64", _signed_body(body.replace(b64root, "?" * 44)), "checkpoint"),
        (
            "a root in base64 that is not canonical",
            _signed_body(body.replace(b64root, _uncanonical(b64root))),
            "checkpoint",
        ),
        ("CR LF", NOTE.replace(b"\n", b"\r\n"), "checkpoint"),
        ("a tab", _signed_body(body.replace("\n3\n", "\n3\t\n")), "checkpoint"),
        ("no empty line", NOTE.replace(b"\n\n", b"\n"), "checkpoint"),
        ("no line end", NOTE[:-1], "checkpoint"),
        ("no signature lines", body.encode() + b"\n", "checkpoint"),
        ("a line with a hyphen for the dash", NOTE.replace("—".encode(), b"-"), "checkpoint"),
        ("a line with two blanks", NOTE + b"\xe2\x80\x94 a  AAAAAAAA\n", "checkpoint"),
        ("a line of four bytes", NOTE + b"\xe2\x80\x94 a AAAAAA==\n", "checkpoint"),
        (
            "17 signatures",
            NOTE + b"".join(_line(f"w{i}", seed("x", 76)) for i in range(15)),
            "checkpoint",
        ),
        ("more than 16 KiB", NOTE + _line("w", bytes(16_384)), "checkpoint"),
        ("empty", b"", "checkpoint"),
    ]
    late, early = TIME + 7 * DAY + 1, TIME - DAY - 1
    return [
        *(_open(name, note) | {"error": error} for name, note, error in rows),
        _open("a second more than 7 days old", NOTE, late) | {"error": "stale"},
        _open("a second more than 24 hours ahead", NOTE, early) | {"error": "clock"},
    ]


def _bad_logs() -> list[dict[str, Any]]:
    files = folder([FIRST])
    grown = folder([FIRST, TOMBSTONE])
    leaf = entry_hash(FIRST)
    moved = folder([build_release(2).entry])
    foreign = FIRST.replace(ORIGIN.encode(), b"other.example.org")
    empty = {"checkpoint": signed(Checkpoint(ORIGIN, 0, log_root([])))}
    rows: list[tuple[str, dict[str, bytes], Checkpoint | None, str]] = [
        ("a log with no entry", empty, None, "checkpoint"),
        (
            "tombstones only",
            folder([TOMBSTONE.replace(b'"number":2', b'"number":1')]),
            None,
            "checkpoint",
        ),
        ("wrong leaves", files | {"releases/000001/leaves": seed("leaf")}, None, "leaves"),
        ("leaves cut short", files | {"releases/000001/leaves": leaf[:31]}, None, "leaves"),
        ("leaves left over", files | {"releases/000001/leaves": leaf + leaf}, None, "leaves"),
        (
            "leaves in another order",
            grown | {"releases/000002/leaves": entry_hash(TOMBSTONE) + leaf},
            None,
            "leaves",
        ),
        (
            "an entry of another release",
            files | {"releases/000001/entry.json": TOMBSTONE},
            None,
            "leaves",
        ),
        (
            "an entry with a blank more",
            files | {"releases/000001/entry.json": FIRST + b" "},
            None,
            "leaves",
        ),
        ("the one incident is retired", folder([FIRST, _buried("kt-2014", 2)]), None, "retired"),
        (
            "both incidents are retired",
            folder([TWO, _buried("kt-2014", 2), _buried("kt-2012", 3)]),
            None,
            "retired",
        ),
        ("rollback", files, checkpoint_of([FIRST, TOMBSTONE]), "rollback"),
        ("fork at the same size", files, checkpoint_of([TOMBSTONE]), "fork"),
        ("fork in the past", grown, checkpoint_of([TOMBSTONE]), "fork"),
        ("a release that is not its position", moved, None, "manifest-format"),
        ("a manifest of another origin", folder([foreign]), None, "manifest-format"),
        (
            "a tombstone that is not its position",
            folder([FIRST, TOMBSTONE.replace(b'"number":2', b'"number":3')]),
            None,
            "manifest-format",
        ),
        (
            "a manifest of a future version",
            folder([FIRST.replace(b"manifest/v1", b"manifest/v2")]),
            None,
            "manifest-version",
        ),
    ]
    return [_follow(name, have, old) | {"error": error} for name, have, old, error in rows]


def folder(entries: list[bytes]) -> dict[str, bytes]:
    """The public files of a log with these entries, buckets aside."""
    leaves = [entry_hash(one) for one in entries]
    files = {"checkpoint": signed(checkpoint_of(entries))}
    for number, entry in enumerate(entries, 1):
        files[f"releases/{number:06d}/entry.json"] = entry
        files[f"releases/{number:06d}/leaves"] = b"".join(leaves[:number])
    return files


def _open(name: str, note: bytes, now: int = TIME) -> dict[str, Any]:
    return {
        "name": name,
        "op": "open",
        "log": SERVICE.log.vkey.text,
        "timestamps": KNOWN,
        "now": now,
        "note": note.decode(),
    }


def _opens(
    name: str, note: bytes, time: int, signers: list[str], *, now: int = TIME
) -> dict[str, Any]:
    found = {"origin": ORIGIN, "size": PLAIN.size, "root": PLAIN.root.hex()}
    return _open(name, note, now) | found | {"time": time, "signers": signers}


def _follow(
    name: str, files: dict[str, bytes], remembered: Checkpoint | None = None
) -> dict[str, Any]:
    old = remembered and {
        "origin": remembered.origin,
        "size": remembered.size,
        "root": remembered.root.hex(),
    }
    return {
        "name": name,
        "op": "follow",
        "log": SERVICE.log.vkey.text,
        "timestamps": KNOWN,
        "now": TIME,
        "remembered": old,
        "files": {path: b64(data) for path, data in files.items()},
    }


def _line(name: str, data: bytes) -> bytes:
    return f"— {name} {b64(data)}\n".encode()


def _signed_body(body: str) -> bytes:
    """Any body, with signatures that hold."""
    log, stamp = SERVICE.log, SERVICE.timestamp
    lines = (
        _line(log.name, log.vkey.key_id + log.sign(body.encode())),
        _line(
            stamp.name,
            stamp.vkey.key_id
            + TIME.to_bytes(8, "big")
            + stamp.sign(f"cosignature/v1\ntime {TIME}\n{body}".encode()),
        ),
    )
    return body.encode() + b"\n" + b"".join(lines)


def _rebuilt(note: bytes, signatures: list[Signature]) -> bytes:
    body = parse_note(note).body.encode()
    return body + b"\n" + b"".join(one.line.encode() for one in signatures)


def _without(note: bytes, *names: str) -> bytes:
    """Without these keys' lines, but for an unknown one in their stead if none is left."""
    kept = [one for one in parse_note(note).signatures if one.name not in names]
    unknown = Signature("nobody.example.net", seed("id", 4), seed("x", 64))
    return _rebuilt(note, kept or [unknown])


def _break(note: bytes, which: int, at: int = -1) -> bytes:
    """A bit of that signature's bytes (after the key id) flipped."""
    lines = list(parse_note(note).signatures)
    data = bytearray(lines[which].data)
    data[at] ^= 1
    lines[which] = Signature(lines[which].name, lines[which].key_id, bytes(data))
    return _rebuilt(note, lines)


def _resize(note: bytes, which: int, by: int) -> bytes:
    lines = list(parse_note(note).signatures)
    data = lines[which].data[:by] if by < 0 else lines[which].data + bytes(by)
    lines[which] = Signature(lines[which].name, lines[which].key_id, data)
    return _rebuilt(note, lines)


def _edit(note: bytes, old: str, new: str) -> bytes:
    return note.replace(old.encode(), new.encode(), 1)


def _uncanonical(text: str) -> str:
    """The same bytes with a bit set that decoding drops: the last letter before `=` plus one."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-2] + letters[letters.index(text[-2]) + 1] + "="
