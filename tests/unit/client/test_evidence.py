"""Saved evidence: it verifies with no network, and nothing in it can be changed unnoticed."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.client import (
    EVIDENCE_LIMIT,
    CheckError,
    Client,
    Transport,
    make_question,
    verify_evidence,
)
from breachdesk.release import LOG_TYPE, VKey
from tests.factories.proxied import Served
from tests.factories.questions import (
    BY_CUSTOMER,
    BY_PERSON,
    BY_PHONE,
    STRANGER,
    fixed_keys,
    fixed_nonce,
)
from tests.factories.releases import ORIGIN, FixedSigner
from tests.factories.transcripts import PEOPLE, released, transcript

LOG = VKey.of(fixed_keys().log, LOG_TYPE)
OTHER_LOG = FixedSigner(ORIGIN, "other-log", LOG_TYPE).vkey


@cache
def saved(evaluators: int = 2, tombstones: int = 1) -> bytes:
    return transcript(PEOPLE[2], evaluators=evaluators, tombstones=tombstones).encode()


def changed(**members: Any) -> bytes:
    return json.dumps(json.loads(saved()) | members).encode()


def code_of(data: bytes, log: VKey | None = None) -> str:
    with pytest.raises(CheckError) as caught:
        verify_evidence(data, log)
    return caught.value.code


@pytest.mark.parametrize("lookup", [BY_PERSON, BY_CUSTOMER, BY_PHONE], ids=lambda one: one.id)
@pytest.mark.parametrize("person", [PEOPLE[2], STRANGER], ids=["hit", "miss"])
def test_a_check_saves_what_verifies(one: Served, lookup: Any, person: Any) -> None:
    with Transport() as transport:
        client = Client(one.url, transport)
        answer = client.check(make_question(lookup.id, person.asks(lookup)))
    assert answer.evidence is not None
    one.requests.clear()
    again = verify_evidence(answer.evidence, one.log)
    assert again == replace(answer, evidence=None)
    assert again.kind == ("included" if person.incidents else "not-found")
    assert not one.requests


def test_the_transcript_has_the_members_of_the_protocol() -> None:
    assert list(json.loads(saved())) == [
        "format",
        "log",
        "timestamps",
        "checkpoint",
        "leaves",
        "entry",
        "tombstones",
        "lookup",
        "fields",
        "channel",
        "blind",
        "evaluations",
        "bucket",
        "answer",
        "asked_at",
    ]


@pytest.mark.parametrize("evaluators", [1, 2])
@pytest.mark.parametrize("tombstones", [0, 2])
def test_it_verifies(evaluators: int, tombstones: int) -> None:
    answer = verify_evidence(saved(evaluators, tombstones), LOG)
    assert answer.kind == "included"
    assert len(answer.incidents) == 2


def test_it_has_no_repr_of_what_was_typed() -> None:
    shown = repr(transcript(PEOPLE[2]))
    assert "홍" not in shown
    assert "1962" not in shown


def test_another_log_key_is_refused() -> None:
    assert code_of(saved(), OTHER_LOG) == "evidence"
    assert code_of(changed(log=OTHER_LOG.text)) == "signature"


def test_a_timestamp_key_from_elsewhere_counts() -> None:
    stranger = FixedSigner(f"{ORIGIN}/timestamp", "stranger", 4).vkey
    with pytest.raises(CheckError, match="signature"):
        verify_evidence(saved(), LOG, (stranger,))


def test_a_bucket_of_another_release_is_refused() -> None:
    later = released(fixed_keys(2), 2)
    for bucket in later.buckets:
        assert code_of(changed(bucket=base64.b64encode(bucket).decode())) == "bucket-header"


def test_an_entry_of_another_release_is_refused() -> None:
    later = released(fixed_keys(2), 2).entry
    assert code_of(changed(entry=base64.b64encode(later).decode())) == "leaves"


def hexed(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


OTHERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "format": (lambda _: "breachdesk/evidence/v2", "evidence"),
    "log": (lambda _: OTHER_LOG.text, "signature"),
    "timestamps": (lambda _: [], "evidence"),
    "checkpoint": (lambda old: old.replace("\n2\n", "\n1\n"), "signature"),
    "leaves": (lambda old: base64.b64encode(base64.b64decode(old)[::-1]).decode(), "leaves"),
    "entry": (lambda old: base64.b64encode(base64.b64decode(old) + b" ").decode(), "leaves"),
    "tombstones": (lambda _: [], "leaves"),
    "lookup": (lambda _: "phone", "evidence"),
    "fields": (lambda old: old | {"birth_date": "19620314"}, "proof"),
    "blind": (lambda _: fixed_nonce("another").hex(), "proof"),
    "evaluations": (lambda old: old[::-1], "proof"),
    "bucket": (lambda old: base64.b64encode(base64.b64decode(old)[:-1]).decode(), "bucket-length"),
    "answer": (lambda _: "not-found", "evidence"),
    "asked_at": (lambda _: "2014-04-20T12:00:00Z", "stale"),
}


@pytest.mark.parametrize("member", OTHERS)
def test_a_member_cannot_be_another(member: str) -> None:
    change, code = OTHERS[member]
    old = json.loads(saved())[member]
    assert code_of(changed(**{member: change(old)})) == code


CODED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "lookup": (lambda _: "name+birth_date", "evidence"),
    "fields": (lambda old: old | {"birth_date": "19620314"}, "proof"),
    "channel": (lambda _: None, "evidence"),
    "channel.type": (lambda _: "email", "evidence"),
    "channel.address": (lambda _: "+821010002003", "proof"),
    "channel.address, no spelling": (lambda _: "010-1000-2002", "evidence"),
    "channel.evaluation": (lambda old: old[:-2] + "00", "proof"),
    "channel.evaluation, shorter": (lambda old: old[2:], "evidence"),
    "channel.evaluation, the identity": (lambda old: "00" * 32 + old[64:], "element"),
}


@pytest.mark.parametrize("member", CODED)
def test_nothing_of_a_channel_can_be_another(member: str) -> None:
    change, code = CODED[member]
    whole = json.loads(transcript(PEOPLE[2], channel="phone").encode())
    outer, _, inner = member.partition(",")[0].partition(".")
    holder, name = (whole[outer], inner) if inner else (whole, outer)
    holder[name] = change(holder[name])
    assert code_of(json.dumps(whole).encode()) == code


def test_an_open_question_with_a_channel_is_refused() -> None:
    coded = json.loads(transcript(PEOPLE[2], channel="phone").encode())
    assert code_of(changed(channel=coded["channel"])) == "evidence"


@pytest.mark.parametrize("channel", ["phone", "email", "letter"])
@pytest.mark.parametrize("evaluators", [1, 2])
def test_it_verifies_by_code(channel: str, evaluators: int) -> None:
    made = transcript(PEOPLE[5], channel=channel, evaluators=evaluators)
    assert verify_evidence(made.encode(), LOG).kind == "included"


@pytest.mark.parametrize("member", OTHERS)
@pytest.mark.parametrize("wrong", [None, 1, "", [], {}, ["x"], {"x": "y"}, True], ids=repr)
def test_a_member_of_another_type_is_refused(member: str, wrong: Any) -> None:
    if member == "tombstones" and wrong == []:
        wrong = [""]
    assert code_of(changed(**{member: wrong})) in {"evidence", "leaves", "bucket-length"}


def test_a_member_more_or_less_is_refused() -> None:
    assert code_of(changed(more=1)) == "evidence"
    whole = json.loads(saved())
    for member in whole:
        less = {name: value for name, value in whole.items() if name != member}
        assert code_of(json.dumps(less).encode()) == "evidence"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"null",
        b"[",
        b"\xff",
        b"{}{}",
        saved() + b"x",
        saved().ljust(EVIDENCE_LIMIT + 1),
    ],
    ids=["nothing", "empty", "null", "cut", "not UTF-8", "two", "left over", "too long"],
)
def test_what_is_no_transcript(data: bytes) -> None:
    assert code_of(data) == "evidence"


def test_entries_that_are_not_needed_are_refused() -> None:
    """Else the members that were not read could be anything."""
    whole = json.loads(saved())
    shifted = [*whole["tombstones"], whole["entry"]]
    assert code_of(changed(tombstones=shifted, entry="AAAA")) == "evidence"


@pytest.mark.parametrize(
    "members",
    [
        {"asked_at": "2014-4-03T12:00:00Z"},
        {"asked_at": "2014-04-03T12:00:00+0"},
        {"asked_at": "٢014-04-03T12:00:00Z"},
        {"lookup": "birth_date+name+phone"},
        {"fields": {"name": "홍 다가", "birth_date": "19620312", "phone": "+821010002002"}},
        {"blind": "00" * 32},
        {"blind": "ff" * 32},
        {"log": FixedSigner(ORIGIN, "log", 4).vkey.text},
        {"timestamps": [LOG.text]},
        {"evaluations": [json.loads(saved())["evaluations"][0]]},
    ],
)
def test_what_a_transcript_may_not_say(members: dict[str, Any]) -> None:
    assert code_of(changed(**members)) == "evidence"


@given(st.data())
def test_no_bit_can_be_flipped(data: st.DataObject) -> None:
    """Of any member but the two that may differ in what proves: its time, and more time keys."""
    whole = json.loads(saved())
    member = data.draw(st.sampled_from(["leaves", "entry", "blind", "bucket", "evaluations"]))
    old = whole[member]
    if member == "evaluations":
        place = data.draw(st.integers(0, len(old) - 1))
        new: Any = [*old[:place], flipped(data, bytes.fromhex(old[place])).hex(), *old[place + 1 :]]
    elif member == "blind":
        new = flipped(data, bytes.fromhex(old)).hex()
    else:
        new = base64.b64encode(flipped(data, base64.b64decode(old))).decode()
    assert code_of(changed(**{member: new}))


@given(st.data())
def test_no_character_of_the_checkpoint_can_be_changed(data: st.DataObject) -> None:
    note = json.loads(saved())["checkpoint"]
    place = data.draw(st.integers(0, len(note) - 1))
    character = data.draw(st.characters(exclude_characters=note[place], codec="utf-8"))
    assert code_of(changed(checkpoint=note[:place] + character + note[place + 1 :]))


def flipped(data: st.DataObject, old: bytes) -> bytes:
    place = data.draw(st.integers(0, 8 * len(old) - 1))
    new = bytearray(old)
    new[place // 8] ^= 1 << place % 8
    return bytes(new)
