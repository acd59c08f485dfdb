"""entries.json: bucket index, seal, find, subject id and claim token (PROTOCOL section 6).

`op` says what a vector is about: `bucket`, `seal`, `subject`, or `find`, which looks for the
question's entries in a bucket's body. Item bits (`items`) are a u64 in hex. All bad ones are
`find`.
"""

from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.entry import (
    Opened,
    Payload,
    Question,
    bucket_index,
    claim_token,
    find_entries,
    seal,
    subject_id,
    tag_and_key,
)
from tests.factories.releases import output, seed

LOOKUP = "name+birth_date+phone"
OTHER_LOOKUP = "name+customer_number"
CODE_LOOKUP = "name+birth_date+channel_token"
RELEASE, OTHER_RELEASE = seed("release-id"), seed("other-release-id")
OUT = output("entries")
INCIDENTS = ((7, 0b1_0000_0000_0111), (300, 0b11))
SLOTS = 4


def vectors() -> dict[str, Any]:
    return {"section": "6", "good": _good(), "bad": _bad()}


def sealed_as(payload: Payload, *, incident: int = 7, slot: int = 0, lookup: str = LOOKUP) -> bytes:
    """An entry whose tag and key are of `incident`, whatever the payload says."""
    tag, key = tag_and_key(OUT, RELEASE, incident, slot)
    data = ChaCha20Poly1305(key).encrypt(bytes(12), payload.encode(), RELEASE + lookup.encode())
    return tag + data


def payload_json(payload: Payload) -> dict[str, Any]:
    return {
        "incident": payload.incident,
        "items": f"{payload.items:016x}",
        "first_day": payload.first_day,
        "last_day": payload.last_day,
        "records": payload.records,
        "subject_id": payload.subject_id.hex(),
        "claim_token": payload.claim_token.hex(),
    }


ITEMS = Payload(7, 0b101, 15_737, 16_129, 3)
OTHER_INCIDENT = Payload(300, 0b11, 0, 0, 65_535)
MEMBER = Payload(7, 0, 0, 0, 0)
CODE = Payload(7, 0b101, 15_737, 16_129, 1, seed("subject", 12), seed("claim", 12))


def _good() -> list[dict[str, Any]]:
    noise = [seed(f"noise/{i}", 64) for i in range(3)]
    hit = seal(OUT, RELEASE, LOOKUP, 0, ITEMS.encode())
    second = seal(OUT, RELEASE, LOOKUP, 3, ITEMS.encode())
    other = seal(OUT, RELEASE, LOOKUP, 0, OTHER_INCIDENT.encode())
    return [
        *(_bucket(out, b) for out in (OUT, bytes(64), b"\xff" * 64) for b in (0, 1, 14, 24)),
        _seal("open, items", ITEMS, 0),
        _seal("last slot", ITEMS, 63),
        _seal("open, membership", MEMBER, 1, OTHER_LOOKUP),
        _seal("code, items", CODE, 0, CODE_LOOKUP),
        _seal("largest numbers", Payload(65_535, 2**29 - 1, 65_535, 65_535, 65_535), 0),
        _subject(0, [b"8901021234567"]),
        _subject(1, ["홍길동".encode(), b"19890102", b"+821012345678"]),
        _find("nothing there", noise),
        _find("one entry", [noise[0], hit, *noise[1:]]),
        _find("two slots and two incidents", [second, noise[0], other, hit]),
        _find("a slot beyond max_slots", [seal(OUT, RELEASE, LOOKUP, SLOTS, ITEMS.encode())]),
        _find("the same tag twice, the second opens", [hit[:8] + noise[0][8:], hit]),
        _find("an entry of another release", [seal(OUT, OTHER_RELEASE, LOOKUP, 0, ITEMS.encode())]),
        _find("an incident that the manifest lacks", [sealed_as(ITEMS, incident=8)]),
        _find(
            "membership",
            [seal(OUT, RELEASE, LOOKUP, 0, MEMBER.encode())],
            reveals="membership",
        ),
        _find("code", [sealed_as(CODE, lookup=CODE_LOOKUP)], lookup=CODE_LOOKUP, assurance="code"),
    ]


def _bad() -> list[dict[str, Any]]:
    hit = seal(OUT, RELEASE, LOOKUP, 0, ITEMS.encode())
    rows: list[tuple[str, list[bytes], dict[str, str]]] = [
        ("a matching tag that does not open", [hit[:8] + seed("noise", 56)], {}),
        ("a flipped bit in the payload", [_flip(hit, 8)], {}),
        ("a flipped bit in the authenticator", [_flip(hit, 63)], {}),
        ("another release's entry under this tag", [_moved(OTHER_RELEASE, LOOKUP, 0)], {}),
        ("another lookup's entry", [_moved(RELEASE, OTHER_LOOKUP, 0)], {}),
        ("another slot's entry under this tag", [_moved(RELEASE, LOOKUP, 1)], {}),
        ("a payload of another incident", [sealed_as(OTHER_INCIDENT)], {}),
        ("an item that the incident lacks", [sealed_as(Payload(7, 0b1000, 0, 0, 1))], {}),
        ("an item that nobody knows", [sealed_as(Payload(7, 1 << 63, 0, 0, 1))], {}),
        ("open with a subject id", [sealed_as(Payload(7, 1, 0, 0, 1, seed("s", 12)))], {}),
        (
            "open with a claim token",
            [sealed_as(Payload(7, 1, 0, 0, 1, claim_token=seed("c", 12)))],
            {},
        ),
        *(
            (f"membership with {name}", [sealed_as(payload)], {"reveals": "membership"})
            for name, payload in (
                ("items", Payload(7, 1, 0, 0, 0)),
                ("a first day", Payload(7, 0, 1, 0, 0)),
                ("a last day", Payload(7, 0, 0, 1, 0)),
                ("records", Payload(7, 0, 0, 0, 1)),
            )
        ),
    ]
    return [_question(name, rows_, **how) | {"error": "entry"} for name, rows_, how in rows]


def _bucket(out: bytes, b: int) -> dict[str, Any]:
    return {
        "name": f"{out[:2].hex()}… among 2^{b}",
        "op": "bucket",
        "out": out.hex(),
        "count": 1 << b,
        "index": bucket_index(out, 1 << b),
    }


def _seal(name: str, payload: Payload, slot: int, lookup: str = LOOKUP) -> dict[str, Any]:
    tag, key = tag_and_key(OUT, RELEASE, payload.incident, slot)
    return {
        "name": name,
        "op": "seal",
        "out": OUT.hex(),
        "release_id": RELEASE.hex(),
        "lookup": lookup,
        "slot": slot,
        "fields": payload_json(payload),
        "payload": payload.encode().hex(),
        "tag": tag.hex(),
        "key": key.hex(),
        "entry": seal(OUT, RELEASE, lookup, slot, payload.encode()).hex(),
    }


def _subject(alternative: int, columns: list[bytes]) -> dict[str, Any]:
    subject = subject_id(seed("subject-key"), alternative, columns)
    return {
        "name": f"subject by alternative {alternative}",
        "op": "subject",
        "subject_key": seed("subject-key").hex(),
        "alternative": alternative,
        "columns": [column.hex() for column in columns],
        "subject_id": subject.hex(),
        "claim_key": seed("claim-key").hex(),
        "incident": 7,
        "claim_token": claim_token(seed("claim-key"), 7, subject).hex(),
    }


def _question(
    name: str,
    entries: list[bytes],
    *,
    lookup: str = LOOKUP,
    assurance: str = "open",
    reveals: str = "items",
) -> dict[str, Any]:
    return {
        "name": name,
        "op": "find",
        "out": OUT.hex(),
        "release_id": RELEASE.hex(),
        "lookup": lookup,
        "assurance": assurance,
        "reveals": reveals,
        "incidents": [{"number": number, "items": f"{mask:016x}"} for number, mask in INCIDENTS],
        "max_slots": SLOTS,
        "body": b"".join(entries).hex(),
    }


def _find(name: str, entries: list[bytes], **how: str) -> dict[str, Any]:
    asked = _question(name, entries, **how)
    question = Question(OUT, RELEASE, asked["lookup"], asked["assurance"], asked["reveals"])
    found = find_entries(question, INCIDENTS, SLOTS, b"".join(entries))
    return asked | {"found": [opened_json(one) for one in found]}


def opened_json(one: Opened) -> dict[str, Any]:
    return {"incident": one.incident, "slot": one.slot, "payload": one.payload.encode().hex()}


def _moved(release: bytes, lookup: str, slot: int) -> bytes:
    """Sealed elsewhere, under the tag that this question looks for."""
    tag, _ = tag_and_key(OUT, RELEASE, 7, 0)
    return tag + seal(OUT, release, lookup, slot, ITEMS.encode())[8:]


def _flip(entry: bytes, at: int) -> bytes:
    return entry[:at] + bytes((entry[at] ^ 1,)) + entry[at + 1 :]
