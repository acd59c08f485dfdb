"""transcripts.json: whole saved checks (PROTOCOL section 11.1), and how each may not be.

`transcript` is the evidence. Good ones say what it proves: release, incidents, how many people of
each incident the release has and the question cannot find. A bad one's `error` is what its
verification must end with. `known_log` and `known_timestamps`, where they stand, are keys that the
verifier has from elsewhere.
"""

import base64
import json
from dataclasses import replace
from typing import Any

from breachdesk.client import Evidence, verify_evidence
from breachdesk.release import (
    LOG_TYPE,
    TIMESTAMP_TYPE,
    BucketTree,
    Manifest,
    leaf_hash,
)
from breachdesk.voprf import derive_key_pair, public_key
from tests.factories.questions import BY_CUSTOMER, BY_PHONE, STRANGER, fixed_keys, fixed_nonce
from tests.factories.releases import ORIGIN, FixedSigner, seed
from tests.factories.transcripts import (
    ASKED,
    PEOPLE,
    logged,
    manifest_of,
    released,
    remade,
    tombstone,
    transcript,
)

DAY = 86_400
KEYS = fixed_keys()
OTHER_LOG = FixedSigner(ORIGIN, "other-log", LOG_TYPE)
STRANGE_TIME = FixedSigner(f"{ORIGIN}/timestamp", "stranger", TIMESTAMP_TYPE)
HIT = transcript(PEOPLE[5])
TWO = transcript(PEOPLE[5], evaluators=2)
BURIED = transcript(PEOPLE[5], tombstones=1)


def vectors() -> dict[str, Any]:
    bad = [*_bad_logs(), *_bad_manifests(), *_bad_questions(), *_bad_buckets(), *_bad_shapes()]
    return {"section": "11.1", "good": _good(), "bad": bad}


def _good() -> list[dict[str, Any]]:
    return [
        _proves("included", HIT),
        _proves("not found", transcript(STRANGER)),
        _proves("membership", transcript(PEOPLE[5], BY_CUSTOMER)),
        _proves("membership, not found", transcript(STRANGER, BY_CUSTOMER)),
        _proves("two slots: a family with one phone", transcript(PEOPLE[0], BY_PHONE)),
        _proves("two incidents", transcript(PEOPLE[2])),
        _proves("two evaluators", TWO),
        _proves("two evaluators, not found", transcript(STRANGER, evaluators=2)),
        _proves("a tombstone on top", BURIED),
        _proves("two tombstones on top", transcript(STRANGER, tombstones=2)),
        _proves("the keys are known", HIT, known_log=HIT.log.text, known_timestamps=_stamps(HIT)),
        _proves("7 days later", replace(HIT, asked_at=ASKED + 7 * DAY)),
        _proves("24 hours before", replace(HIT, asked_at=ASKED - DAY)),
    ]


def _stamps(evidence: Evidence) -> list[str]:
    return [one.text for one in evidence.timestamps]


def _proves(name: str, evidence: Evidence, **known: Any) -> dict[str, Any]:
    answer = verify_evidence(evidence.encode())
    found = answer.to_json()
    covers = [
        {name: one[name] for name in ("id", "subjects", "not_findable_by_this_question")}
        for one in found["covers"]
    ]
    proved = {"release": answer.release, "incidents": found["incidents"], "covers": covers}
    return {"name": name, "transcript": json.loads(evidence.encode()), **known, **proved}


def _bad(name: str, error: str, evidence: Evidence, **known: Any) -> dict[str, Any]:
    return {"name": name, "transcript": json.loads(evidence.encode()), **known, "error": error}


def _bad_logs() -> list[dict[str, Any]]:
    manifest = HIT.entry
    later = released(KEYS, 2).entry
    unsigned = replace(HIT, checkpoint=HIT.checkpoint.replace(b"\n1\n", b"\n2\n"))
    foreign = logged(HIT, [manifest], replace(KEYS, log=OTHER_LOG))
    two = logged(HIT, [manifest, later], KEYS)
    return [
        _bad("a checkpoint changed after signing", "signature", unsigned),
        _bad("a log key that did not sign", "signature", foreign),
        _bad("another log key in it", "signature", replace(HIT, log=OTHER_LOG.vkey)),
        _bad("no known cosigner", "signature", replace(HIT, timestamps=(STRANGE_TIME.vkey,))),
        _bad("another log than the known one", "evidence", HIT, known_log=OTHER_LOG.vkey.text),
        _bad(
            "another time key than the known one",
            "signature",
            HIT,
            known_timestamps=[STRANGE_TIME.vkey.text],
        ),
        _bad("stale", "stale", replace(HIT, asked_at=ASKED + 7 * DAY + 1)),
        _bad("cosigned after it was asked", "clock", replace(HIT, asked_at=ASKED - DAY - 1)),
        _bad("an empty log", "checkpoint", logged(HIT, [], KEYS)),
        _bad("forked: other leaves", "leaves", replace(HIT, leaves=seed("leaf"))),
        _bad("leaves left over", "leaves", replace(HIT, leaves=HIT.leaves * 2)),
        _bad("not the newest release", "leaves", two),
        _bad("an entry of another release", "leaves", replace(HIT, entry=later)),
        _bad("a tombstone left out", "leaves", replace(BURIED, tombstones=())),
        _bad(
            "a tombstone of another log",
            "leaves",
            replace(BURIED, tombstones=(tombstone(3),)),
        ),
        _bad(
            "entries that are not needed",
            "evidence",
            replace(BURIED, tombstones=(*BURIED.tombstones, manifest), entry=b"{}"),
        ),
        _bad(
            "a manifest for a tombstone",
            "evidence",
            replace(HIT, tombstones=(manifest,)),
        ),
        _bad(
            "an entry missing",
            "evidence",
            replace(
                logged(HIT, [tombstone(1), tombstone(2)], KEYS), tombstones=(), entry=tombstone(2)
            ),
        ),
    ]


def _bad_manifests() -> list[dict[str, Any]]:
    manifest = manifest_of(HIT)
    keys = manifest.keys["open"]
    other = public_key(derive_key_pair(seed("other"), b"").secret)
    unproved = replace(keys.shares[0], possession=keys.shares[0].possession[::-1])
    future = manifest_bytes(HIT, b"manifest/v1", b"manifest/v2")
    more = manifest_bytes(HIT, b'"epoch":', b'"more":1,"epoch":')
    doubled = replace(keys, shares=keys.shares * 2)
    return [
        _bad("a manifest of a future version", "manifest-version", future),
        _bad("a manifest with an unknown key", "manifest-format", more),
        _bad("not its place in the log", "manifest-format", _with(replace(manifest, release=2))),
        _bad("keys that do not sum", "key", _with(_keys(manifest, public=other))),
        _bad("a share key twice", "key", _with(_keys(manifest, shares=doubled.shares))),
        _bad("no possession", "possession", _with(_keys(manifest, shares=(unproved,)))),
        _bad("possession of another epoch", "possession", _with(replace(manifest, epoch=2))),
    ]


def _with(manifest: Manifest) -> Evidence:
    return remade(HIT, manifest, KEYS)


def _keys(manifest: Manifest, **changes: Any) -> Manifest:
    return replace(manifest, keys={"open": replace(manifest.keys["open"], **changes)})


def manifest_bytes(evidence: Evidence, old: bytes, new: bytes) -> Evidence:
    entry = evidence.entry.replace(old, new)
    return logged(replace(evidence, entry=entry), [entry], KEYS)


def _bad_questions() -> list[dict[str, Any]]:
    (answer,) = HIT.evaluations
    other = transcript(PEOPLE[6])
    return [
        _bad("another question under these proofs", "proof", replace(HIT, question=other.question)),
        _bad("another blind", "proof", replace(HIT, blind=fixed_nonce("another"))),
        _bad("a blind of zero", "evidence", replace(HIT, blind=bytes(32))),
        _bad("a blind that is not reduced", "evidence", replace(HIT, blind=b"\xff" * 32)),
        _bad("a wrong proof", "proof", replace(HIT, evaluations=(answer[:-1] + b"\1",))),
        _bad("evaluators swapped", "proof", replace(TWO, evaluations=TWO.evaluations[::-1])),
        _bad("another's evaluation", "proof", replace(HIT, evaluations=(TWO.evaluations[0],))),
        _bad("the identity", "element", replace(HIT, evaluations=(bytes(32) + answer[32:],))),
        _bad("an evaluation less", "evidence", replace(TWO, evaluations=TWO.evaluations[:1])),
        _bad("an evaluation more", "evidence", replace(HIT, evaluations=(answer, answer))),
        _bad("it denies what it proves", "evidence", replace(HIT, answer="not-found")),
        _bad("it claims more", "evidence", replace(transcript(STRANGER), answer="included")),
    ]


def _bad_buckets() -> list[dict[str, Any]]:
    bucket = HIT.bucket
    made, later = released(KEYS), released(KEYS, 2)
    index = int.from_bytes(bucket[40:44], "big")
    return [
        _bad("a bucket cut short", "bucket-length", replace(HIT, bucket=bucket[:-1])),
        _bad("a bucket with a byte left over", "bucket-length", replace(HIT, bucket=bucket + b"x")),
        _bad("another bucket", "bucket-header", replace(HIT, bucket=made.buckets[index ^ 1])),
        _bad("of another release", "bucket-header", replace(HIT, bucket=later.buckets[index])),
        _bad("a bit of an entry", "bucket-path", replace(HIT, bucket=_flip(bucket, 100))),
        _bad("a bit of the path", "bucket-path", replace(HIT, bucket=_flip(bucket, -1))),
        _bad("an entry that does not open", "entry", _sealed(index)),
    ]


def _flip(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def _sealed(index: int) -> Evidence:
    """In a release true in all else, the last byte of every entry is another."""
    manifest = manifest_of(HIT)
    end = 64 + 64 * manifest.buckets.capacity
    bodies = [one[:end] for one in released(KEYS).buckets]
    changed = bytearray(bodies[index])
    for last in range(127, end, 64):
        changed[last] ^= 1
    bodies[index] = bytes(changed)
    tree = BucketTree(leaf_hash(one) for one in bodies)
    spoilt = replace(manifest, buckets=replace(manifest.buckets, root=tree.root))
    return replace(_with(spoilt), bucket=bodies[index] + tree.path(index))


def _bad_shapes() -> list[dict[str, Any]]:
    whole = json.loads(HIT.encode())
    rows: list[tuple[str, dict[str, Any]]] = [
        ("a future format", whole | {"format": "breachdesk/evidence/v2"}),
        ("a member more", whole | {"more": 1}),
        ("a member less", {name: one for name, one in whole.items() if name != "blind"}),
        ("a field more", whole | {"fields": whole["fields"] | {"email": "a@example.org"}}),
        ("a lookup that the release lacks", _phone_and_name(whole)),
        ("not canonical", whole | {"fields": whole["fields"] | {"name": "홍 바가"}}),
        ("another answer", whole | {"answer": "unverifiable"}),
        ("no UTC time", whole | {"asked_at": "2014-04-03T21:00:00+09:00"}),
        ("a time with one digit", whole | {"asked_at": "2014-4-3T12:00:00Z"}),
        ("upper-case hex", whole | {"blind": whole["blind"].upper()}),
        ("base64 that is not canonical", whole | {"leaves": _uncanonical(whole["leaves"])}),
        ("a time key for the log's", whole | {"log": whole["timestamps"][0]}),
        ("no time keys", whole | {"timestamps": []}),
    ]
    return [{"name": name, "transcript": row, "error": "evidence"} for name, row in rows]


def _phone_and_name(whole: dict[str, Any]) -> dict[str, Any]:
    fields = {name: whole["fields"][name] for name in ("name", "phone")}
    return whole | {"lookup": "name+phone", "fields": fields}


def _uncanonical(text: str) -> str:
    """The same bytes, with a bit that decoding drops."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = len(text.rstrip("=")) - 1
    other = letters[letters.index(text[place]) ^ 1]
    changed = text[:place] + other + text[place + 1 :]
    assert base64.b64decode(changed) == base64.b64decode(text)
    return changed
