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

from breachdesk.client import ChannelProof, Evidence, verify_evidence
from breachdesk.release import (
    LOG_TYPE,
    TIMESTAMP_TYPE,
    BucketTree,
    Manifest,
    leaf_hash,
)
from breachdesk.voprf import derive_key_pair, public_key
from tests.factories.questions import (
    BY_CUSTOMER,
    BY_PHONE,
    EPOCH,
    SECOND,
    STRANGER,
    CodeKeys,
    fixed_keys,
    fixed_nonce,
)
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
CODED = transcript(PEOPLE[5], channel="phone")
CODE_KEYS = fixed_keys(codes=True)
BURIED = transcript(PEOPLE[5], tombstones=1)


def vectors() -> dict[str, Any]:
    bad = [
        *_bad_logs(),
        *_bad_manifests(),
        *_bad_questions(),
        *_bad_buckets(),
        *_bad_shapes(),
        *_bad_codes(),
        *_bad_code_shapes(),
    ]
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
        _proves("by a code to a phone", CODED),
        _proves("by a code to a mailbox", transcript(PEOPLE[5], channel="email")),
        _proves("by a letter", transcript(PEOPLE[5], channel="letter")),
        _proves("by a code, not found", transcript(STRANGER, channel="phone")),
        _proves("by a code, two evaluators", transcript(PEOPLE[5], channel="phone", evaluators=2)),
        _proves("by a code, two incidents", transcript(PEOPLE[2], channel="phone")),
        _proves("openly, of a release with codes", transcript(PEOPLE[5], codes=True)),
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


def _bad_codes() -> list[dict[str, Any]]:
    """A wrong T, another epoch's, one with another's proof: never an answer."""
    other = transcript(PEOPLE[6], channel="phone")
    by_mail = transcript(PEOPLE[5], channel="email")
    question, true = CODED.question, _evaluation()
    manifest = manifest_of(CODED)
    channel = manifest.keys["channel"]
    foreign = _evaluation(keys=replace(_code_keys(), channel=KEYS.secret))
    open_one = transcript(PEOPLE[5], codes=True)
    phones = replace(manifest.lookups[-1], channels=("email",))
    return [
        _bad("a token of another phone", "proof", _by(_evaluation(address=_phone_of(6)))),
        _bad("a token of another channel", "proof", _by(_evaluation(channel="email"))),
        _bad("a token of another epoch", "proof", _by(_evaluation(epoch=EPOCH + 1))),
        _bad("a token of another key", "proof", _by(foreign)),
        _bad("another epoch's proof", "proof", _by(true[:32] + _evaluation(epoch=2)[32:])),
        _bad("another token's proof", "proof", _by(true[:32] + _other_proof())),
        _bad("a token's proof changed", "proof", _by(_flip(true, 70))),
        _bad("another phone for the token", "proof", _by(true, address=_phone_of(6))),
        _bad("the identity for a token", "element", _by(bytes(32) + true[32:])),
        _bad("no element for a token", "element", _by(b"\xff" * 32 + true[32:])),
        _bad("another's question by code", "proof", replace(CODED, question=other.question)),
        _bad("another channel's true token", "proof", replace(CODED, question=by_mail.question)),
        _bad(
            "evaluated by the open key",
            "proof",
            replace(CODED, evaluations=transcript(PEOPLE[5]).evaluations),
        ),
        _bad("a token for an open question", "evidence", _with_proof(open_one, question.proof)),
        _bad(
            "a channel that the lookup does not take",
            "evidence",
            _coded_with(replace(manifest, lookups=(*manifest.lookups[:-1], phones))),
        ),
        _bad(
            "a channel key with a member more",
            "manifest-format",
            _coded_text(b'"channel":{', b'"channel":{"more":1,'),
        ),
        _bad(
            "a channel key that nobody proves",
            "possession",
            _coded_with(
                replace(
                    manifest,
                    keys={
                        **manifest.keys,
                        "channel": replace(
                            channel,
                            shares=(
                                replace(
                                    channel.shares[0],
                                    possession=manifest.keys["code"].shares[0].possession,
                                ),
                            ),
                        ),
                    },
                )
            ),
        ),
    ]


def _code_keys() -> CodeKeys:
    assert CODE_KEYS.coded is not None
    return CODE_KEYS.coded


def _phone_of(person: int) -> bytes:
    return PEOPLE[person].addresses(_code_keys(), SECOND[1])["phone"]


def _evaluation(
    channel: str = "phone",
    address: bytes | None = None,
    epoch: int = EPOCH,
    keys: CodeKeys | None = None,
) -> bytes:
    """The 96 bytes for the phone of the transcript's person, or for what is changed."""
    held = keys or _code_keys()
    return held.evaluation(channel, address or _phone_of(5), epoch, fixed_nonce("channel"))


def _other_proof() -> bytes:
    return _evaluation(address=_phone_of(6))[32:]


def _by(evaluation: bytes, address: bytes | None = None) -> Evidence:
    """The transcript by code with other bytes of the channel service."""
    return _with_proof(CODED, ChannelProof("phone", address or _phone_of(5), evaluation))


def _with_proof(evidence: Evidence, proof: ChannelProof | None) -> Evidence:
    return replace(evidence, question=replace(evidence.question, proof=proof))


def _coded_with(manifest: Manifest) -> Evidence:
    return remade(CODED, manifest, CODE_KEYS)


def _coded_text(old: bytes, new: bytes) -> Evidence:
    entry = CODED.entry.replace(old, new)
    return logged(replace(CODED, entry=entry), [entry], CODE_KEYS)


def _bad_code_shapes() -> list[dict[str, Any]]:
    whole = json.loads(CODED.encode())
    held = whole["channel"]
    changes: list[tuple[str, Any]] = [
        ("a code lookup without a channel", None),
        ("a channel that is a list", []),
        ("a channel without its evaluation", {"type": "phone", "address": held["address"]}),
        ("a channel with a member more", held | {"more": 1}),
        ("a channel that there is not", held | {"type": "desk"}),
        ("a phone that is not canonical", held | {"address": "010-1000-2005"}),
        ("a phone that is none", held | {"address": "+82"}),
        ("a letter id in small letters", held | {"type": "letter", "address": "0123abcd"}),
        ("an evaluation of 95 bytes", held | {"evaluation": held["evaluation"][2:]}),
        ("an evaluation in upper case", held | {"evaluation": held["evaluation"].upper()}),
    ]
    rows = [(name, whole | {"channel": channel}) for name, channel in changes]
    token = whole["fields"] | {"channel_token": "ab" * 64}
    rows.append(("a token among the fields", whole | {"fields": token}))
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
