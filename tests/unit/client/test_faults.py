"""Every fault of PROTOCOL section 12 on the way, and that none of them is ever taken for an answer.

The proxy tampers; what needs signatures is signed with the service's own keys.
"""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.client import Answer, CheckError, Client, Transport, make_question
from breachdesk.release import Checkpoint
from breachdesk.voprf import evaluate_known
from tests.factories.channel_answers import CODE, refusal
from tests.factories.faults import (
    CHALLENGE,
    OTHER,
    OTHER_PHONE,
    TICKET,
    TOKEN,
    Case,
    answering,
    at,
    body,
    challenge,
    code_too,
    doubled,
    elsewhere,
    evaluation,
    files,
    flip,
    hang_up,
    keys,
    manifest,
    mixed,
    other_key,
    other_letter,
    possession,
    refused,
    retired,
    saying,
    sealed,
    status,
    strangers,
    swapped,
    text,
    without_code_evaluator,
    without_phones,
)
from tests.factories.proxied import Reply, Served
from tests.factories.questions import (
    BY_CODE,
    BY_PERSON,
    EPOCH,
    LOOKUPS,
    STRANGER,
    Person,
    people,
    value_of,
)
from tests.factories.releases import ORIGIN, FixedSigner, seed

DAY = 86_400
OTHER_LOG = FixedSigner(ORIGIN, "other-log", 1)
PERSON = people()[5]
ROOT = Path(__file__).parents[3]
EVALUATION, BUCKET, NOTE = "/evaluate/", "/buckets/0", "v1/checkpoint"
CASES = (
    Case("network", "no service document", at("service", hang_up)),
    Case("network", "no checkpoint", at(NOTE, hang_up)),
    Case("network", "no evaluation", at(EVALUATION, hang_up)),
    Case("network", "no bucket", at(BUCKET, hang_up)),
    Case("problem", "no service", at("service", status(404))),
    Case("problem", "no checkpoint there", at(NOTE, status(404))),
    Case("problem", "no entry there", at("entry.json", status(404))),
    Case("problem", "an evaluator fails", at(EVALUATION, status(500))),
    Case("problem", "an evaluator refuses", at(EVALUATION, status(400))),
    Case("problem", "down, of no limit", at(EVALUATION, status(503))),
    Case("problem", "a bucket elsewhere", at(BUCKET, status(302, Location="/v1/service"))),
    Case("problem", "a part of a bucket", at(BUCKET, status(206))),
    Case("quota", "too many", at(EVALUATION, status(429, Retry_After="30"))),
    Case("quota", "too many, for good", at(EVALUATION, status(429))),
    Case("quota", "a limit out of reach", at(EVALUATION, status(503, Retry_After="10"))),
    Case("quota", "too many digits", at(EVALUATION, status(429, Retry_After="9" * 5000))),
    Case("service", "no JSON", at("service", body(lambda _: b"<html>"))),
    Case("service", "too long", at("service", body(lambda data: data.ljust(65_537)))),
    Case("service", "another origin", saying(origin="other.example.org")),
    Case("service", "no key", saying(log="x")),
    Case("service", "a log key for time", saying(log=FixedSigner(ORIGIN, "log", 4).vkey.text)),
    Case("checkpoint", "no note", at(NOTE, body(lambda _: b"x"))),
    Case("checkpoint", "too long", at(NOTE, body(lambda data: data + b"x" * 16_384))),
    Case("checkpoint", "an empty log", lambda served: files(served, [])),
    Case("signature", "of another key", lambda served: files(served, [b"{}"], OTHER_LOG)),
    Case("signature", "changed", at(NOTE, other_letter(-9))),
    Case("stale", "a week later", at("-", flip(0)), later=8 * DAY),
    Case("clock", "before its time", at("-", flip(0)), later=-2 * DAY),
    Case("leaves", "changed", at("/leaves", flip(3))),
    Case("leaves", "too long", at("/leaves", body(lambda data: data * 10_001))),
    Case("leaves", "an entry changed", at("entry.json", flip(40))),
    Case("manifest-version", "of the future", text(b"manifest/v1", b"manifest/v2")),
    Case("manifest-version", "canonical forms", text(b'isation":1', b'isation":2')),
    Case("manifest-format", "a key more", text(b'"epoch":', b'"more":1,"epoch":')),
    Case("manifest-format", "not its place", manifest(lambda one: replace(one, release=2))),
    Case("manifest-format", "too long", at("entry.json", body(lambda d: d.ljust(262_145)))),
    Case("key", "another evaluator", strangers),
    Case("key", "no evaluator", saying(evaluators={"open": (), "code": ()})),
    Case("key", "an evaluator twice", doubled),
    Case("key", "no evaluator for code lookups", manifest(code_too)),
    Case("key", "no sum", keys(lambda one: replace(one, public=OTHER.public))),
    Case("key", "the identity", keys(lambda one: replace(one, public=bytes(32)))),
    Case("key", "twice", keys(lambda one: replace(one, shares=one.shares * 2))),
    Case("possession", "not proved", keys(possession)),
    Case("possession", "of another epoch", manifest(lambda one: replace(one, epoch=EPOCH + 1))),
    Case("element", "the identity", at(EVALUATION, body(lambda data: bytes(32) + data[32:]))),
    Case("element", "not canonical", at(EVALUATION, body(lambda data: b"\xff" * 32 + data[32:]))),
    Case("element", "too short", at(EVALUATION, body(lambda data: data[:-1]))),
    Case("element", "too long", at(EVALUATION, body(lambda data: data + b"x"))),
    Case("element", "nothing", at(EVALUATION, body(lambda _: b""))),
    Case("proof", "changed", at(EVALUATION, flip(40))),
    Case("proof", "changed at its end", at("/e1/v1/evaluate", flip(64)), evaluators="two"),
    Case("proof", "of the other evaluator", swapped, evaluators="two"),
    Case("retired", "every incident", retired),
    Case("epoch", "unknown", at(EVALUATION, status(404))),
    Case("epoch", "without a challenge", at(CHALLENGE, status(404))),
    Case("quota", "no challenge now", at(CHALLENGE, status(503, Retry_After="10"))),
    Case("problem", "refused for something else", at(EVALUATION, status(403))),
    Case("problem", "refused at length", at(EVALUATION, lambda _: Reply(403, b"x" * 5000))),
    Case("token", "refused twice", at(EVALUATION, refused)),
    Case("token", "no challenge", at(CHALLENGE, body(lambda _: b"{}"))),
    Case("token", "a long challenge", at(CHALLENGE, body(lambda data: data.ljust(4097)))),
    Case("token", "another algorithm", challenge(algorithm="SHA-512")),
    Case("token", "more rounds", challenge(cost=2)),
    Case("token", "rounds that are no number", challenge(cost=True)),
    Case("token", "a short prefix", challenge(keyPrefix="00")),
    Case("token", "a parameter more", challenge(memoryCost=1)),
    Case("token", "of another kind", challenge(data={"kind": "code", "epoch": 1, "release": 1})),
    Case("token", "of another epoch", challenge(data={"kind": "open", "epoch": 2, "release": 1})),
    Case("token", "without a solution", challenge(keyPrefix="0" * 32)),
    Case("bucket-length", "short", at(BUCKET, body(lambda data: data[:-1]))),
    Case("bucket-length", "long", at(BUCKET, body(lambda data: data + b"x"))),
    Case("bucket-length", "very long", at(BUCKET, body(lambda data: data * 99))),
    Case("bucket-header", "changed", at(BUCKET, flip(9))),
    Case("bucket-header", "another bucket", elsewhere),
    Case("bucket-path", "an entry changed", at(BUCKET, flip(64))),
    Case("bucket-path", "the path changed", at(BUCKET, flip(-1))),
    Case("entry", "none opens", sealed, only_hit=True),
)


CODE_CASES = (
    Case("network", "no ticket", at(TICKET, hang_up)),
    Case("network", "no token", at(TOKEN, hang_up)),
    Case("problem", "down", at(TICKET, status(500))),
    Case("problem", "down when the code comes", at(TOKEN, status(502))),
    Case("quota", "too many codes", at(TICKET, status(429, Retry_After="60"))),
    Case("quota", "a limit out of reach", at(TOKEN, status(503, Retry_After="10"))),
    Case("channel", "not there", at(TICKET, status(404))),
    Case("channel", "not sent there", at(TICKET, lambda _: Reply(*refusal("not-served")))),
    Case("channel", "not understood", at(TOKEN, lambda _: Reply(*refusal("invalid-request")))),
    Case("channel", "no JSON", at(TICKET, body(lambda _: b"<html>"))),
    Case("channel", "no ticket in it", at(TICKET, body(lambda _: b'{"expires_in": 600}'))),
    Case("channel", "a short ticket", at(TICKET, body(lambda data: data.replace(b"ab", b"", 1)))),
    Case("channel", "a key more", at(TICKET, body(lambda data: data[:-1] + b', "hit": 1}'))),
    Case("channel", "no time", at(TICKET, body(lambda data: data.replace(b"600", b"0")))),
    Case("channel", "a ticket too long", at(TICKET, body(lambda data: data.ljust(1_025)))),
    Case("channel", "a token too short", at(TOKEN, body(lambda data: data[:-1]))),
    Case("channel", "a token too long", at(TOKEN, body(lambda data: data + b"x"))),
    Case("channel", "none at all", saying(channel=None)),
    Case("channel", "letters only", without_phones),
    Case("problem", "a ticket with another status", at(TICKET, lambda r: replace(r, status=200))),
    Case("code", "wrong", at(TOKEN, lambda _: Reply(*refusal("wrong-code")))),
    Case("proof", "changed", at(TOKEN, flip(40))),
    Case("proof", "under another key", answering(lambda one: evaluation(other_key(one)))),
    Case("proof", "of another phone", answering(lambda one: evaluation(one, address=OTHER_PHONE))),
    Case("proof", "of another channel", answering(lambda one: evaluation(one, channel="email"))),
    Case("proof", "of another epoch", answering(lambda one: evaluation(one, epoch=EPOCH + 1))),
    Case(
        "proof",
        "with another's proof",
        answering(lambda one: mixed(evaluation(one), evaluation(one, address=OTHER_PHONE))),
    ),
    Case(
        "proof",
        "with another epoch's proof",
        answering(lambda one: mixed(evaluation(one), evaluation(one, epoch=EPOCH + 1))),
    ),
    Case("element", "the identity", answering(lambda one: mixed(bytes(32), evaluation(one)))),
    Case("element", "not canonical", answering(lambda one: mixed(b"\xff" * 32, evaluation(one)))),
    Case("key", "no evaluator", without_code_evaluator),
    Case("epoch", "no code key", at("/evaluate/code", status(404))),
    Case("proof", "of the evaluator", at("/evaluate/code", flip(40))),
)


def ask_by_code(served: Served, person: Person) -> Answer:
    """The whole way; what the channel service refuses is no answer either."""
    with Transport() as transport:
        client = Client(served.url, transport)
        try:
            proof = client.token(client.ask_code("phone", person.typed["phone"]), CODE)
        except CheckError as error:
            return Answer("unverifiable", reason=error.code)
        return client.check(make_question(BY_CODE.id, person.asks(BY_CODE), proof))


@pytest.mark.parametrize("who", ["hit", "miss"])
@pytest.mark.parametrize("case", CODE_CASES, ids=lambda case: f"{case.code}: {case.name}")
def test_a_fault_on_the_way_of_a_code_is_no_answer(case: Case, who: str, coded: Served) -> None:
    person = PERSON if who == "hit" else STRANGER
    with coded.fault(lambda _, reply: reply):
        coded.front.fault = case.make(coded)
        answer = ask_by_code(coded, person)
    assert (answer.kind, answer.reason) == ("unverifiable", case.code)
    assert (answer.release, answer.incidents, answer.evidence) == (None, (), None)


def test_without_a_fault_a_code_answers(coded: Served) -> None:
    assert ask_by_code(coded, PERSON).kind == "included"
    assert ask_by_code(coded, STRANGER).kind == "not-found"


def ask(served: Served, typed: dict[str, str], *, later: int = 0) -> Answer:
    with Transport() as transport:
        client = Client(served.url, transport, now=lambda: time.time() + later)
        return client.check(make_question(BY_PERSON.id, typed))


RUNS = [
    pytest.param(case, person, id=f"{case.code}: {case.name}, {who}")
    for case in CASES
    for who, person in (("hit", PERSON), ("miss", STRANGER))
    if not (case.only_hit and who == "miss")  # there it is a true release without the stranger
]


@pytest.mark.parametrize(("case", "person"), RUNS)
def test_a_fault_is_no_answer(case: Case, person: Person, request: pytest.FixtureRequest) -> None:
    served: Served = request.getfixturevalue(case.evaluators)
    with served.fault(lambda _, reply: reply):
        served.front.fault = case.make(served)
        answer = ask(served, person.asks(BY_PERSON), later=case.later)
    assert (answer.kind, answer.reason) == ("unverifiable", case.code)
    assert (answer.release, answer.incidents, answer.covers, answer.evidence) == (
        None,
        (),
        (),
        None,
    )


def test_a_token_that_is_refused_is_replaced_once(one: Served) -> None:
    """A release came in between, or the store of spent tokens was started again."""
    sent: list[str] = []

    def once(path: str, reply: Reply) -> Reply:
        sent.extend(part for part in (CHALLENGE, EVALUATION) if part in path)
        return refused(reply) if EVALUATION in path and sent.count(EVALUATION) == 1 else reply

    with one.fault(once):
        answer = ask(one, PERSON.asks(BY_PERSON))
    assert answer.kind == "included"
    assert sent == [CHALLENGE, EVALUATION] * 2


def test_when_to_come_back(one: Served) -> None:
    with one.fault(at(EVALUATION, status(429, Retry_After="30"))(one)):
        answer = ask(one, PERSON.asks(BY_PERSON))
    assert answer.retry_after == 30
    assert answer.to_json() == {
        "answer": "unverifiable",
        "release": None,
        "incidents": [],
        "covers": [],
        "reason": "quota",
        "retry_after": 30,
        "evaluator": "e0",
    }


@pytest.mark.parametrize(("size", "code"), [(2, "rollback"), (1, "fork")], ids=["rollback", "fork"])
def test_a_log_that_is_not_what_it_was(one: Served, size: int, code: str) -> None:
    with Transport() as transport:
        client = Client(one.url, transport, remembered=Checkpoint(ORIGIN, size, seed("root")))
        answer = client.check(make_question(BY_PERSON.id, STRANGER.asks(BY_PERSON)))
    assert (answer.kind, answer.reason) == ("unverifiable", code)
    assert client.remembered == Checkpoint(ORIGIN, size, seed("root"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [(flip(0), "element"), (flip(40), "proof"), (hang_up, "network"), (status(503), "problem")],
    ids=["element", "proof", "network", "problem"],
)
@pytest.mark.parametrize("which", ["e0", "e1"])
def test_the_evaluator_at_fault_is_named(
    two: Served, which: str, change: Callable[[Reply], Reply | None], reason: str
) -> None:
    with two.fault(at(f"/{which}/v1/evaluate", change)(two)):
        answer = ask(two, PERSON.asks(BY_PERSON))
    assert (answer.kind, answer.evaluator) == ("unverifiable", which)
    # A changed element may be none, or another one, whose proof does not hold.
    assert answer.reason in {reason, "proof" if reason == "element" else reason}


def test_a_log_key_from_elsewhere_is_what_counts(one: Served) -> None:
    with Transport() as transport:
        client = Client(one.url, transport, OTHER_LOG.vkey)
        answer = client.check(make_question(BY_PERSON.id, PERSON.asks(BY_PERSON)))
    assert (answer.kind, answer.reason) == ("unverifiable", "signature")


def test_a_timestamp_key_from_elsewhere_is_what_counts(one: Served) -> None:
    stranger = FixedSigner(f"{ORIGIN}/timestamp", "stranger", 4).vkey
    with Transport() as transport:
        client = Client(one.url, transport, one.log, (stranger,))
        answer = client.check(make_question(BY_PERSON.id, PERSON.asks(BY_PERSON)))
    assert (answer.kind, answer.reason) == ("unverifiable", "signature")


def test_every_error_of_the_protocol_has_its_case() -> None:
    section = (ROOT / "spec/PROTOCOL.md").read_text("utf-8").split("## 12. ")[1].split("\n|")[0]
    listed = set(re.findall(r"`([a-z-]+)`", section))
    apart = {"rollback", "fork", "evidence"}
    assert {case.code for case in (*CASES, *CODE_CASES)} | apart == listed


def test_an_evaluator_under_another_key_would_find_nobody(one: Served) -> None:
    """Why proofs are checked: without them a wrong key tells everybody "no"."""
    value = value_of(LOOKUPS[0], PERSON.typed)
    assert evaluate_known(OTHER.secret, value) != evaluate_known(one.keys.secret, value)
