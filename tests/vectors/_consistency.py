"""consistency.json: proofs, add-checkpoint bodies, and clients that name witnesses (9.5).

`op`: `proof`, two sizes with their roots and the proof between them, and for good ones the leaf
hashes it was made from; `body`, of add-checkpoint (base64); `witnessed`, one note at `now` for a
client that names `witnesses`.

The proofs here are made node by node from RFC 6962's definition over ranges of leaves, not by the
code that they test.
"""

from typing import Any

from breachdesk.release import Checkpoint, cosign, entry_hash, sign_checkpoint
from breachdesk.release._tree import node_hash
from tests.factories.releases import ORIGIN, FixedSigner, b64, seed
from tests.vectors._checkpoints import DAY, LOG_ONLY, NOTE, SERVICE, STRANGER, TIME
from tests.vectors._paths import RFC6962_ENTRIES

LEAVES = tuple(entry_hash(entry) for entry in RFC6962_ENTRIES)
MANY = tuple(seed(f"leaf/{i}") for i in range(21))
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def vectors() -> dict[str, Any]:
    return {
        "section": "9.5",
        "good": [*_good_proofs(), *_good_bodies(), *_good_witnessed()],
        "bad": [*_bad_proofs(), *_bad_bodies(), *_bad_witnessed()],
    }


def root(leaves: tuple[bytes, ...]) -> bytes:
    """MTH of RFC 6962 2.1 from leaf hashes."""
    if not leaves:
        return bytes.fromhex(EMPTY)
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def proof(leaves: tuple[bytes, ...], m: int) -> list[bytes]:
    """PROOF(m, D[n]) as a list of ranges, from the bottom of the split path up."""
    ranges: list[tuple[int, int]] = []
    low, high, complete = 0, len(leaves), True
    while m != high:
        k = low + largest_power_below(high - low)
        if m <= k:
            ranges.append((k, high))
            high = k
        else:
            ranges.append((low, k))
            low, complete = k, False
    if not complete:
        ranges.append((low, high))
    return [root(leaves[a:b]) for a, b in reversed(ranges)]


def _proof(name: str, leaves: tuple[bytes, ...], old: int, new: int) -> dict[str, Any]:
    hashes = proof(leaves[:new], old) if 0 < old < new else []
    return {
        "name": name,
        "op": "proof",
        "old": old,
        "old_root": root(leaves[:old]).hex(),
        "new": new,
        "new_root": root(leaves[:new]).hex(),
        "proof": [one.hex() for one in hashes],
    }


def _good_proofs() -> list[dict[str, Any]]:
    rows = [(LEAVES, old, new) for new in (1, 2, 3, 5, 8) for old in range(new + 1)]
    rows += [(MANY, old, 21) for old in (1, 4, 11, 16, 17, 20)]
    rows.append((LEAVES, 0, 0))
    return [
        _proof(f"from {old} to {new}", leaves, old, new)
        | {"leaves": [one.hex() for one in leaves[:new]]}
        for leaves, old, new in rows
    ]


def _bad_proofs() -> list[dict[str, Any]]:
    good = _proof("", LEAVES, 6, 8)
    whole = _proof("", LEAVES, 4, 7)
    hashes = good["proof"]
    other = _proof("", MANY, 6, 8)
    rows: list[tuple[str, dict[str, Any]]] = [
        ("no proof", good | {"proof": []}),
        ("no proof from a complete tree", whole | {"proof": []}),
        ("a hash too few at the end", good | {"proof": hashes[:-1]}),
        ("a hash too few at the beginning", good | {"proof": hashes[1:]}),
        ("a hash too many", good | {"proof": [*hashes, hashes[0]]}),
        ("a hash too many from a complete tree", whole | {"proof": [*whole["proof"], EMPTY]}),
        ("hashes in another order", good | {"proof": hashes[::-1]}),
        ("a flipped bit", good | {"proof": [_flip(hashes[0]), *hashes[1:]]}),
        ("the proof of another log", good | {"proof": other["proof"]}),
        ("another old root", good | {"old_root": other["old_root"]}),
        ("another new root", good | {"new_root": other["new_root"]}),
        ("a fork in the past", good | {key: other[key] for key in ("new_root", "proof")}),
        ("another old size", good | {"old": 5}),
        ("another new size", good | {"new": 9}),
        ("a smaller log", good | {"old": 8, "new": 6, "proof": []}),
        ("two roots of one size", good | {"old": 8, "old_root": other["new_root"], "proof": []}),
        ("a proof between equal sizes", _proof("", LEAVES, 8, 8) | {"proof": hashes}),
        ("a proof from nothing", _proof("", LEAVES, 0, 8) | {"proof": hashes}),
        ("nothing has another root", _proof("", LEAVES, 0, 8) | {"old_root": good["old_root"]}),
        (
            "nothing after nothing, with another root",
            _proof("", LEAVES, 0, 0) | {"new_root": good["old_root"]},
        ),
    ]
    return [vector | {"name": name, "error": "consistency"} for name, vector in rows]


def _flip(digits: str) -> str:
    return f"{int(digits[0], 16) ^ 1:x}{digits[1:]}"


HASHES = [seed(f"proof/{i}") for i in range(64)]


def _body(old: str, hashes: list[bytes], note: bytes = LOG_ONLY) -> bytes:
    return "".join([f"{old}\n", *(f"{b64(one)}\n" for one in hashes), "\n"]).encode() + note


def _good_bodies() -> list[dict[str, Any]]:
    rows = (("old 0", 0, 0), ("old 2", 2, 2), ("old 1234567890", 1_234_567_890, 63))
    return [
        {
            "name": f"body: {line}, {count} hashes",
            "op": "body",
            "body": b64(_body(line, HASHES[:count])),
            "old": old,
            "proof": [one.hex() for one in HASHES[:count]],
            "note": LOG_ONLY.decode(),
        }
        for line, old, count in rows
    ]


def _bad_bodies() -> list[dict[str, Any]]:
    good = _body("old 2", HASHES[:2])
    rows: tuple[tuple[str, bytes], ...] = (
        ("empty", b""),
        ("a checkpoint alone", LOG_ONLY),
        ("no empty line", good.replace(b"\n\n", b"\n")),
        ("an old size with a leading zero", _body("old 02", HASHES[:2])),
        ("a negative old size", _body("old -2", HASHES[:2])),
        ("an old size in other digits", _body("old ٢", HASHES[:2])),
        ("an old size of 20 digits", _body("old " + "9" * 20, [])),
        ("two blanks", _body("old  2", HASHES[:2])),
        ("another word", _body("new 2", HASHES[:2])),
        ("CR LF", good.replace(b"\n", b"\r\n")),
        ("64 hashes", _body("old 2", HASHES)),
        ("a hash of 31 bytes", _body("old 2", [HASHES[0][:31]])),
        ("a hash that is no base64", good.replace(b64(HASHES[0]).encode(), b"?" * 44)),
        ("a hash with a blank", good.replace(b64(HASHES[0]).encode(), b" " + b"A" * 43)),
        ("19,265 bytes", good.ljust(19_265, b"\n")),
    )
    return [
        {"name": f"body: {name}", "op": "body", "body": b64(body), "error": "checkpoint"}
        for name, body in rows
    ]


SECOND = FixedSigner("witness.example.org/second", "second witness", SERVICE.witness.kind)
WITNESSED = cosign(NOTE, SERVICE.witness, TIME)


def _witnessed(name: str, note: bytes, witnesses: list[FixedSigner], now: int) -> dict[str, Any]:
    return {
        "name": f"witnessed: {name}",
        "op": "witnessed",
        "log": SERVICE.log.vkey.text,
        "timestamps": [SERVICE.timestamp.vkey.text],
        "witnesses": [one.vkey.text for one in witnesses],
        "now": now,
        "note": note.decode(),
    }


def _good_witnessed() -> list[dict[str, Any]]:
    late = cosign(WITNESSED, SERVICE.timestamp, TIME + 7 * DAY)
    rows: tuple[tuple[str, bytes, list[FixedSigner], int, int], ...] = (
        ("by the one that was named", WITNESSED, [SERVICE.witness], TIME, TIME),
        ("by one of two", WITNESSED, [SECOND, SERVICE.witness], TIME, TIME),
        ("the time is the witness's", late, [SERVICE.witness], TIME + 7 * DAY, TIME),
        (
            "without the operator's time",
            cosign(LOG_ONLY, SERVICE.witness, TIME),
            [SERVICE.witness],
            TIME,
            TIME,
        ),
        ("none named, none needed", NOTE, [], TIME, TIME),
    )
    return [
        _witnessed(name, note, witnesses, now) | {"time": time}
        for name, note, witnesses, now, time in rows
    ]


def _bad_witnessed() -> list[dict[str, Any]]:
    stale = cosign(WITNESSED, SERVICE.timestamp, TIME + 8 * DAY)
    renamed = FixedSigner(SERVICE.witness.name, "another key", SERVICE.witness.kind)
    other = sign_checkpoint(Checkpoint(ORIGIN, 4, seed("root")), SERVICE.log)
    moved = WITNESSED.replace(NOTE.split(b"\n\n")[0], other.split(b"\n\n")[0])
    rows = (
        ("by nobody", NOTE, [SERVICE.witness], TIME, "signature"),
        ("by another than the one named", WITNESSED, [SECOND], TIME, "signature"),
        ("by another key of that name", WITNESSED, [renamed], TIME, "signature"),
        ("by a stranger", cosign(NOTE, STRANGER, TIME), [SERVICE.witness], TIME, "signature"),
        ("of another checkpoint", moved, [SERVICE.witness], TIME, "signature"),
        ("too long ago", stale, [SERVICE.witness], TIME + 8 * DAY, "stale"),
        (
            "too far ahead",
            cosign(NOTE, SERVICE.witness, TIME + DAY + 1),
            [SERVICE.witness],
            TIME,
            "clock",
        ),
    )
    return [
        _witnessed(name, note, witnesses, now) | {"error": error}
        for name, note, witnesses, now, error in rows
    ]
