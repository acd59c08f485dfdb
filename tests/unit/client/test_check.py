"""The check against a real service: the three answers, and what is sent for them."""

import logging
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from breachdesk.client import Answer, Client, QuestionError, Transport, make_question
from breachdesk.release import Lookup
from breachdesk.wire import WAIT_SECONDS
from tests.factories.proxied import Reply, Request, Served, serve
from tests.factories.questions import (
    BY_CUSTOMER,
    BY_PERSON,
    BY_PHONE,
    FIRST,
    ITEMS,
    SECOND,
    STRANGER,
    Person,
    people,
)

PEOPLE = people()
NOBODY = people(31)[30]


def ask(
    served: Served, person: Person, lookup: Lookup = BY_PERSON, *, wait: float = WAIT_SECONDS
) -> Answer:
    with Transport(wait=wait) as transport:
        return Client(served.url, transport).check(make_question(lookup.id, person.asks(lookup)))


def shape(request: Request) -> tuple[str, str, int, int]:
    """A request without what must differ: the bucket's number."""
    path = request.path.rpartition("/")[0] if "/buckets/0" in request.path else request.path
    return request.method, path, len(request.body), request.answered


@pytest.mark.parametrize("which", ["one", "two"])
def test_somebody_included(which: str, request: pytest.FixtureRequest) -> None:
    served: Served = request.getfixturevalue(which)
    answer = ask(served, PEOPLE[5])
    assert answer.kind == "included", answer.reason
    assert answer.release == 1
    assert [(one.id, one.items, one.records) for one in answer.incidents] == [
        (SECOND[0], ITEMS[SECOND[1]], 2)
    ]
    assert answer.incidents[0].first == date(2013, 2, 1)
    assert answer.incidents[0].last == date(2014, 2, 28)
    assert [(one.id, one.subjects, one.not_findable, one.records) for one in answer.covers] == [
        (FIRST[0], 1, 0, 2),
        (SECOND[0], 30, 1, 31),
    ]
    assert answer.covers[1].rejected == 1
    assert answer.covers[1].other_lookups == (BY_CUSTOMER.id, BY_PHONE.id)


@pytest.mark.parametrize("which", ["one", "two"])
@pytest.mark.parametrize("lookup", [BY_PERSON, BY_CUSTOMER, BY_PHONE], ids=lambda one: one.id)
def test_somebody_not_found(which: str, lookup: Lookup, request: pytest.FixtureRequest) -> None:
    answer = ask(request.getfixturevalue(which), STRANGER, lookup)
    assert (answer.kind, answer.reason, answer.incidents) == ("not-found", None, ())
    assert len(answer.covers) == 2


def test_two_incidents(two: Served) -> None:
    found = ask(two, PEOPLE[2]).incidents
    assert [(one.id, one.items) for one in found] == [
        (FIRST[0], ITEMS[FIRST[1]]),
        (SECOND[0], ITEMS[SECOND[1]]),
    ]


def test_a_family_with_one_phone(one: Served) -> None:
    assert [found.id for found in ask(one, PEOPLE[0], BY_PHONE).incidents] == [SECOND[0]] * 2


def test_membership_says_nothing_else(one: Served) -> None:
    (found,) = ask(one, PEOPLE[29], BY_CUSTOMER).incidents
    assert (found.items, found.first, found.last, found.records) == ((), None, None, None)


def test_json_is_as_promised(one: Served) -> None:
    found = ask(one, PEOPLE[5]).to_json()
    assert list(found) == ["answer", "release", "incidents", "covers"]
    assert found["incidents"] == [
        {
            "id": "kt-2014",
            "items": list(ITEMS[SECOND[1]]),
            "first": "2013-02-01",
            "last": "2014-02-28",
            "records": 2,
        }
    ]
    assert found["covers"][1] == {
        "id": "kt-2014",
        "subjects": 30,
        "not_findable_by_this_question": 1,
        "records": 31,
        "rejected": 1,
        "other_lookups": [BY_CUSTOMER.id, BY_PHONE.id],
    }


def test_hit_and_miss_make_the_same_requests(two: Served) -> None:
    seen = []
    for person in (PEOPLE[5], PEOPLE[2], STRANGER):
        two.requests.clear()
        ask(two, person)
        # Both evaluators are asked at once: each request has its place among those of its host.
        seen.append(sorted((shape(one) for one in two.requests), key=_host))
    assert seen[0] == seen[1] == seen[2]
    assert [path.rpartition("/v1/")[2] for _, path, _, _ in seen[0]] == [
        "service",
        "checkpoint",
        "releases/000001/leaves",
        "releases/000001/entry.json",
        "releases/000001/buckets",
        "challenge/open/1",
        "evaluate/open/1",
        "challenge/open/1",
        "evaluate/open/1",
    ]


def _host(found: tuple[str, str, int, int]) -> str:
    """Evaluators stand after everything else."""
    return found[1][:3] if found[1].startswith(("/e0", "/e1")) else ""


def test_evaluators_are_asked_at_once(two: Served) -> None:
    both = threading.Barrier(2, timeout=20)

    def wait(path: str, reply: Reply) -> Reply:
        if "/evaluate/" in path:
            both.wait()
        return reply

    with two.fault(wait):
        assert ask(two, PEOPLE[5]).kind == "included"


def test_each_evaluator_gets_the_same_new_point(two: Served) -> None:
    points = []
    for _ in range(2):
        two.requests.clear()
        ask(two, PEOPLE[5])
        asked = [request for request in two.requests if request.method == "POST"]
        assert {request.path[:4] for request in asked} == {"/e0/", "/e1/"}
        assert asked[0].body == asked[1].body
        points.append(asked[0].body)
    assert points[0] != points[1]


def test_requests_carry_nothing_of_their_own(one: Served) -> None:
    with one.fault(lambda _, reply: Reply(reply.status, reply.body, {"Set-Cookie": "id=1"})):
        ask(one, PEOPLE[5])
        ask(one, PEOPLE[5])
    for request in one.requests:
        assert not {"cookie", "authorization", "referer", "accept-language"} & set(request.headers)
        assert request.headers["accept-encoding"] == "identity"


def test_what_was_typed_is_nowhere(one: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person = Person({"name": "황 보슬", "birth_date": "1987. 6. 5.", "phone": "010 7766-5544"}, ())
    question = make_question(BY_PERSON.id, person.typed)
    with Transport() as transport:
        client = Client(one.url, transport)
        answer = client.check(question)
        shown = [repr(client), repr(question), repr(answer), repr(transport), str(answer.to_json())]
    assert answer.kind == "not-found"
    with one.fault(lambda path, reply: None if "evaluate" in path else reply):
        shown.append(repr(ask(one, person)))
    sent = b"".join(request.path.encode() + request.body for request in one.requests)
    canaries = ["황 보슬", "황보슬", "1987. 6. 5.", "19870605", "010 7766-5544", "+821077665544"]
    for canary in canaries:
        assert not any(canary in text for text in (*shown, caplog.text))
        assert canary.encode() not in sent
        assert canary.encode("cp949") not in sent


@pytest.mark.parametrize(
    ("lookup", "typed", "field", "reason"),
    [
        ("name+phone", {"name": "홍길동", "phone": "010-12"}, "phone", "format"),
        ("name", {"name": "황보슬2"}, "name", "characters"),
        ("name", {"name": "\udcff황"}, "name", "characters"),
        ("phone", {"phone": "\u200b"}, "phone", "empty"),
        ("name+phone", {"name": "홍길동"}, "phone", "missing: the lookup needs it"),
        ("name", {"name": "홍길동", "phone": "1"}, "phone", None),
        ("name", {"name": "홍길동", "황보슬": "1"}, None, None),
        ("황보슬", {"name": "홍길동"}, None, None),
        ("phone+name", {"name": "홍길동", "phone": "010-1234-5678"}, None, None),
        ("name+name", {"name": "홍길동"}, None, None),
        (
            "name+channel_token",
            {"name": "홍길동", "channel_token": "황보슬"},
            "channel_token",
            None,
        ),
    ],
)
def test_what_is_no_question(
    lookup: str, typed: dict[str, str], field: str | None, reason: str | None
) -> None:
    with pytest.raises(QuestionError) as caught:
        make_question(lookup, typed)
    assert caught.value.field == field
    assert reason is None or caught.value.reason == reason
    assert "황" not in str(caught.value)


def test_a_lookup_that_the_release_lacks_is_no_question(one: Served) -> None:
    question = make_question("email", {"email": "a@example.org"})
    with Transport() as transport, pytest.raises(QuestionError, match="no such lookup"):
        Client(one.url, transport).check(question)
    assert not any("evaluate" in one.path or "/buckets/0" in one.path for one in one.requests)


def moving(served: Served, times: int) -> list[str]:
    """A fault that publishes another release, `times` times, when a bucket is asked for."""
    moved: list[str] = []

    def fault(path: str, reply: Reply) -> Reply:
        if "/buckets/0" in path and len(moved) < times:
            moved.append(path)
            served.publish([*PEOPLE, NOBODY])
            return Reply(404, b"")
        return reply

    served.front.fault = fault
    return moved


def test_a_release_switch_starts_again_once(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        moving(served, 1)
        answer = ask(served, PEOPLE[5])
        assert (answer.kind, answer.release) == ("included", 2)
        assert sum("evaluate" in request.path for request in served.requests) == 2
        moving(served, 2)
        again = ask(served, PEOPLE[5])
        assert (again.kind, again.reason) == ("unverifiable", "problem")


def test_a_missing_bucket_is_no_release_switch(one: Served) -> None:
    with one.fault(lambda path, reply: Reply(404, b"") if "/buckets/0" in path else reply):
        answer = ask(one, STRANGER)
    assert (answer.kind, answer.reason) == ("unverifiable", "problem")
    assert sum("evaluate" in request.path for request in one.requests) == 1


def test_an_answer_that_drips_is_given_up(one: Served) -> None:
    with one.fault(lambda _, reply: Reply(200, reply.body, drip=True)):
        answer = ask(one, PEOPLE[5], wait=0.3)
    assert (answer.kind, answer.reason, answer.detail) == (
        "unverifiable",
        "network",
        "TimeoutError",
    )


@pytest.mark.parametrize("port", ["99999999", "1x", "-1"])
def test_an_address_that_is_none_is_a_network_error(one: Served, port: str) -> None:
    with one.fault(lambda _, reply: reply):
        one.say(buckets=f"http://127.0.0.1:{port}")
        assert ask(one, PEOPLE[5]).reason == "network"


@pytest.mark.parametrize("host", ["[", "[::1", "xn--a", "a" * 300, "..", "ㄱ\u0301.", "%00"])
def test_a_host_that_is_none_is_a_network_error(one: Served, host: str) -> None:
    with one.fault(lambda _, reply: reply):
        one.say(buckets=f"http://{host}")
        assert ask(one, PEOPLE[5]).reason == "network"


def test_remembers_what_it_has_seen(one: Served) -> None:
    with Transport() as transport:
        client = Client(one.url, transport, one.log, now=time.time)
        question = make_question(BY_PERSON.id, PEOPLE[5].asks(BY_PERSON))
        assert client.check(question).kind == client.check(question).kind == "included"
    assert client.remembered == one.store.checkpoint()
