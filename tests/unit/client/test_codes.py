"""Questions by code: every way to a token, what is sent for them, and the evidence."""

import json
import logging
from dataclasses import replace

import pytest

from breachdesk.client import (
    Answer,
    ChannelProof,
    CheckError,
    Client,
    QuestionError,
    Ticket,
    Transport,
    make_question,
    verify_evidence,
)
from breachdesk.identifiers import letter_code_of
from tests.factories.channel_answers import CODE, DESK_CODE
from tests.factories.proxied import Served
from tests.factories.questions import (
    BY_CODE,
    BY_PERSON,
    EPOCH,
    ITEMS,
    SECOND,
    STRANGER,
    CodeKeys,
    Person,
    people,
)

PEOPLE = people()
PERSON = PEOPLE[5]
WITHOUT_PHONE = PEOPLE[29]


def code_keys(served: Served) -> CodeKeys:
    assert served.keys.coded is not None
    return served.keys.coded


def proof_of(served: Served, person: Person, way: str) -> ChannelProof:
    """What the channel service gives this person, by a way of section 10."""
    with Transport() as transport:
        client = Client(served.url, transport)
        if way == "letter":
            letter = person.addresses(code_keys(served), SECOND[1])["letter"].decode()
            code = letter_code_of(code_keys(served).letter, EPOCH, letter)
            return client.letter_token("-".join((code[:4], code[4:8], code[8:12], code[12:])))
        if way == "desk":
            return client.desk_token("phone", person.typed["phone"], DESK_CODE.lower())
        ticket = client.ask_code(way, person.typed[way], "en")
        return client.token(ticket, f" {CODE[:4]} {CODE[4:]} ")


def ask(served: Served, person: Person, proof: ChannelProof) -> Answer:
    with Transport() as transport:
        client = Client(served.url, transport)
        return client.check(make_question(BY_CODE.id, person.asks(BY_CODE), proof))


@pytest.mark.parametrize("way", ["phone", "email", "letter", "desk"])
def test_whoever_holds_the_channel_learns_the_items(coded: Served, way: str) -> None:
    answer = ask(coded, PERSON, proof_of(coded, PERSON, way))
    assert answer.kind == "included", answer.reason
    assert [one.items for one in answer.incidents] == [ITEMS[SECOND[1]]]


@pytest.mark.parametrize("way", ["phone", "email", "desk"])
def test_a_stranger_is_not_found(coded: Served, way: str) -> None:
    answer = ask(coded, STRANGER, proof_of(coded, STRANGER, way))
    assert (answer.kind, answer.reason, answer.incidents) == ("not-found", None, ())


def test_anothers_channel_finds_nobody(coded: Served) -> None:
    """Who knows name and birth date of somebody, and asks with a phone of their own."""
    assert ask(coded, PERSON, proof_of(coded, STRANGER, "phone")).kind == "not-found"


def test_a_person_without_a_phone_by_mail_and_letter(coded: Served) -> None:
    for way in ("email", "letter"):
        assert ask(coded, WITHOUT_PHONE, proof_of(coded, WITHOUT_PHONE, way)).kind == "included"


FOLLOWED = (
    "/buckets/v1/checkpoint",
    "/buckets/v1/releases/000001/leaves",
    "/buckets/v1/releases/000001/entry.json",
)


def test_hit_and_miss_make_the_same_requests(coded: Served) -> None:
    seen = []
    for person in (PERSON, STRANGER):
        coded.requests.clear()
        ask(coded, person, proof_of(coded, person, "phone"))
        seen.append(
            [
                (one.method, one.path.rpartition("/")[0] if "/buckets/0" in one.path else one.path)
                for one in coded.requests
            ]
        )
    assert seen[0] == seen[1]
    assert [path for _, path in seen[0]] == [
        "/v1/service",
        *FOLLOWED,
        "/c/v1/challenge/channel/1",
        "/c/v1/channel/ask",
        "/v1/service",
        "/c/v1/channel/token",
        "/v1/service",
        *FOLLOWED,
        "/e0/v1/challenge/code/1",
        "/e0/v1/evaluate/code/1",
        "/buckets/v1/releases/000001/buckets",
    ]


def test_the_channel_gets_the_address_and_nothing_else(coded: Served) -> None:
    ask(coded, PERSON, proof_of(coded, PERSON, "phone"))
    bodies = {one.path: one.body for one in coded.requests if one.method == "POST"}
    assert json.loads(bodies["/c/v1/channel/ask"]) == {
        "type": "phone",
        "address": "+821010002005",
        "language": "en",
    }
    assert set(json.loads(bodies["/c/v1/channel/token"])) == {"type", "address", "ticket", "code"}
    typed = [PERSON.typed["birth_date"], "19650615", "홍바가", "홍 바가"]
    sent = b"".join(one.path.encode() + one.body for one in coded.requests)
    assert not any(text.encode() in sent for text in typed)


def test_the_evidence_holds_the_channel_and_verifies(coded: Served) -> None:
    proof = proof_of(coded, PERSON, "email")
    answer = ask(coded, PERSON, proof)
    assert answer.evidence is not None
    saved = json.loads(answer.evidence)
    assert saved["channel"] == {
        "type": "email",
        "address": "hong5@example.org",
        "evaluation": proof.evaluation.hex(),
    }
    assert list(saved["fields"]) == ["name", "birth_date"]
    assert verify_evidence(answer.evidence, coded.log) == replace(answer, evidence=None)


def test_evidence_of_an_open_question_has_no_channel(coded: Served) -> None:
    with Transport() as transport:
        client = Client(coded.url, transport)
        answer = client.check(make_question(BY_PERSON.id, PERSON.asks(BY_PERSON)))
    assert answer.evidence is not None
    assert json.loads(answer.evidence)["channel"] is None


def test_nothing_of_it_is_in_a_repr_or_a_log(
    coded: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Transport() as transport:
        client = Client(coded.url, transport)
        ticket = client.ask_code("phone", PERSON.typed["phone"])
        proof = client.token(ticket, CODE)
        question = make_question(BY_CODE.id, PERSON.asks(BY_CODE), proof)
        shown = f"{client!r}{ticket!r}{proof!r}{question!r}{client.check(question)!r}{caplog.text}"
    for canary in ("1000", "2005", CODE, ticket.ticket, proof.evaluation.hex(), "홍"):
        assert canary not in shown


WRONG_ADDRESSES = [
    ("phone", "010-12", "phone: format"),
    ("email", "somebody", "email: format"),
    ("letter", "0123ABCZ", "channel_token: codes go to phone or email"),
    ("desk", "x", "channel_token: codes go to phone or email"),
]


@pytest.mark.parametrize(("channel", "address", "told"), WRONG_ADDRESSES)
def test_a_wrong_address_is_told_before_anything_is_sent(
    coded: Served, channel: str, address: str, told: str
) -> None:
    with Transport() as transport, pytest.raises(QuestionError, match=told):
        Client(coded.url, transport).ask_code(channel, address)
    assert not any(one.method == "POST" for one in coded.requests)


def test_a_wrong_code_is_told_before_anything_is_sent(coded: Served) -> None:
    ticket = Ticket("phone", b"+821012345678", "ab" * 16, 600)
    with Transport() as transport:
        client = Client(coded.url, transport)
        for code, reason in (("1234567", "length"), ("1234567x", "characters")):
            with pytest.raises(QuestionError, match=reason):
                client.token(ticket, code)
        with pytest.raises(QuestionError, match="checksum"):
            client.letter_token("0123-4567-89AB-CDE0")
        with pytest.raises(QuestionError, match="length"):
            client.desk_token("phone", "010-1234-5678", CODE)
    assert not any(one.method == "POST" for one in coded.requests)


@pytest.mark.parametrize("way", ["phone", "letter", "desk"])
def test_a_code_that_is_not_right_is_no_answer(coded: Served, way: str) -> None:
    phone = PERSON.typed["phone"]
    with Transport() as transport:
        client = Client(coded.url, transport)
        exchange = {
            "phone": lambda: client.token(client.ask_code("phone", phone), "00000000"),
            "letter": lambda: client.letter_token("0123456789ABCDE8"),
            "desk": lambda: client.desk_token("phone", phone, "0" * 16),
        }
        with pytest.raises(CheckError) as caught:
            exchange[way]()
    assert caught.value.code == "code"
    assert "evaluate" not in "".join(one.path for one in coded.requests)


def test_what_is_no_question_by_code() -> None:
    proof = ChannelProof("phone", b"+821012345678", bytes(96))
    typed = {"name": "홍길동", "birth_date": "19890102"}
    with pytest.raises(QuestionError, match="channel_token: missing"):
        make_question(BY_CODE.id, typed)
    with pytest.raises(QuestionError, match="takes no code"):
        make_question("name+birth_date", typed, proof)
    with pytest.raises(QuestionError, match="does not have"):
        make_question(BY_CODE.id, {**typed, "channel_token": "x"}, proof)
    with pytest.raises(QuestionError, match="in order"):
        make_question("channel_token+name", {"name": "홍길동"}, proof)


def test_a_channel_that_the_lookup_does_not_take(coded: Served) -> None:
    proof = replace(proof_of(coded, PERSON, "phone"), channel="pigeon")
    coded.requests.clear()
    with pytest.raises(QuestionError, match="takes codes by phone, email, letter only"):
        ask(coded, PERSON, proof)
    assert not any(one.method == "POST" for one in coded.requests)
