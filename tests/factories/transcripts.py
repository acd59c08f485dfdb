"""Whole evidence transcripts (PROTOCOL section 11.1) under fixed keys, blinds and nonces."""

from dataclasses import replace

from breachdesk.client import ChannelProof, Evidence, finalize_question, make_question
from breachdesk.entry import bucket_index
from breachdesk.release import (
    LOG_TYPE,
    TIMESTAMP_TYPE,
    Checkpoint,
    Lookup,
    Manifest,
    Tombstone,
    VKey,
    check_bucket,
    cosign,
    decode_entry,
    encode_manifest,
    encode_tombstone,
    entry_hash,
    log_root,
    sign_checkpoint,
)
from breachdesk.voprf import Evaluator, blind
from tests.factories.questions import (
    BY_CODE,
    BY_PERSON,
    EPOCH,
    SECOND,
    Keys,
    Person,
    build,
    fixed_keys,
    fixed_nonce,
    people,
    value_of,
)
from tests.factories.releases import ORIGIN, Build

ASKED = 1_396_526_400  # 2014-04-03T12:00:00Z
COUNT = 12
"""People of the release that transcripts are of."""
PEOPLE = people(COUNT)


def released(keys: Keys, number: int = 1) -> Build:
    return build(keys, number, PEOPLE)


def tombstone(number: int) -> bytes:
    return encode_tombstone(Tombstone(ORIGIN, number, "kt-2012", {"ko": "끝", "en": "over"}))


def logged(transcript: Evidence, entries: list[bytes], keys: Keys, time: int = ASKED) -> Evidence:
    """The transcript under a log of these entries, properly signed."""
    leaves = [entry_hash(one) for one in entries]
    checkpoint = Checkpoint(ORIGIN, len(leaves), log_root(leaves))
    note = cosign(sign_checkpoint(checkpoint, keys.log), keys.timestamp, time)
    return replace(transcript, checkpoint=note, leaves=b"".join(leaves))


def remade(transcript: Evidence, manifest: Manifest, keys: Keys) -> Evidence:
    """The transcript with another manifest, properly logged."""
    entry = encode_manifest(manifest)
    return logged(replace(transcript, entry=entry), [entry], keys)


def manifest_of(transcript: Evidence) -> Manifest:
    found = decode_entry(transcript.entry)
    assert isinstance(found, Manifest)
    return found


def transcript(
    person: Person,
    lookup: Lookup = BY_PERSON,
    *,
    evaluators: int = 1,
    tombstones: int = 0,
    codes: bool = False,
    channel: str | None = None,
) -> Evidence:
    """What this person's check would have saved; by a code over `channel` if there is one."""
    keys = fixed_keys(evaluators, codes=codes or channel is not None)
    made = released(keys)
    lookup = BY_CODE if channel else lookup
    proof, token = _channel(keys, person, channel) if channel else (None, None)
    value = value_of(lookup, person.typed, token)
    blinding = blind(value, fixed_blind=fixed_nonce("blind"))
    answers = []
    for number, share in enumerate(keys.coded.shares if channel and keys.coded else keys.shares):
        found = Evaluator(share).evaluate(
            blinding.element, fixed_nonce=fixed_nonce(f"nonce {number}")
        )
        answers.append(found.element + found.proof)
    out = finalize_question(value, blinding, answers, made.manifest.keys[lookup.assurance])
    index = bucket_index(out, made.manifest.buckets.count)
    check_bucket(made.buckets[index], made.manifest, index)
    passed = tuple(tombstone(number) for number in range(1 + tombstones, 1, -1))
    found_all = Evidence(
        log=VKey.of(keys.log, LOG_TYPE),
        timestamps=(VKey.of(keys.timestamp, TIMESTAMP_TYPE),),
        checkpoint=b"",
        leaves=b"",
        entry=made.entry,
        tombstones=passed,
        question=make_question(lookup.id, person.asks(lookup), proof),
        blind=blinding.blind,
        evaluations=tuple(answers),
        bucket=made.buckets[index],
        answer="included" if person.incidents else "not-found",
        asked_at=ASKED,
    )
    return logged(found_all, [made.entry, *reversed(passed)], keys)


def _channel(keys: Keys, person: Person, channel: str) -> tuple[ChannelProof, bytes]:
    """What the channel service gives for the person's address, and the token."""
    assert keys.coded is not None
    address = person.addresses(keys.coded, SECOND[1])[channel]
    evaluation = keys.coded.evaluation(channel, address, EPOCH, fixed_nonce("channel"))
    return ChannelProof(channel, address, evaluation), keys.coded.token(channel, address)
