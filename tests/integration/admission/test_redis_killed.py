"""Redis is killed in mid-load: nobody is let in without being counted, and nobody is lied to.

Two processes of the check service, each under load, share a Redis of their own.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from breachdesk.admission import read_counts
from breachdesk.voprf import Evaluation, blind, finalize
from tests.factories.redis_server import RedisServer, redis_server
from tests.factories.served import Made, fetch_token, make_service, running_check
from tests.factories.work import solve

OCTETS = {"Content-Type": "application/octet-stream"}
BLINDING = blind(b"somebody")


@dataclass
class Seen:
    """What one asker got, by the time at which it asked and was answered."""

    answers: list[tuple[float, float, int, str | None]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def ask_until(stop: threading.Event, url: str, public: bytes, seen: Seen) -> None:
    """Ask again and again, as a client does, and check the proof of each answer."""
    with httpx.Client(base_url=url, timeout=20) as client:
        token = ""
        while not stop.is_set():
            found = client.get("/v1/challenge/open/1")
            if found.status_code == 200:
                token = solve(found.content).decode()
            asked = time.monotonic()
            headers = {**OCTETS, "Breachdesk-Token": token}
            answer = client.post("/v1/evaluate/open/1", content=BLINDING.element, headers=headers)
            if answer.status_code == 200:
                _check(answer.content, public, seen)
            after = answer.headers.get("retry-after")
            seen.answers.append((asked, time.monotonic(), answer.status_code, after))


def _check(body: bytes, public: bytes, seen: Seen) -> None:
    try:
        finalize(b"somebody", BLINDING, Evaluation(body[:32], body[32:]), public)
    except Exception as error:  # noqa: BLE001 (any doubt about an answer is what this test is about)
        seen.wrong.append(type(error).__name__)


def until(what: Callable[[], object], seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up, "it did not come to pass"
        time.sleep(0.05)


def evaluated(seen: list[Seen], since: float = 0.0) -> int:
    return sum(one[2] == 200 and one[0] > since for each in seen for one in each.answers)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_service(tmp_path)


def test_a_killed_redis_lets_nobody_in_and_comes_back(made: Made, tmp_path: Path) -> None:
    public = made.opened.public.oprf["open"].public
    (tmp_path / "redis").mkdir()
    stop = threading.Event()
    with (
        redis_server(tmp_path / "redis") as redis,
        running_check(made, limits=redis.url) as (one, _),
        running_check(made, limits=redis.url) as (two, _),
    ):
        seen = [Seen() for _ in range(4)]
        threads = [
            threading.Thread(target=ask_until, args=(stop, (one, two)[number % 2], public, each))
            for number, each in enumerate(seen)
        ]
        for thread in threads:
            thread.start()
        try:
            until(lambda: evaluated(seen) > 100)
            early = [fetch_token(one) for _ in range(5)]
            killed, back = _kill_for_a_while(redis, seen)
            until(lambda: evaluated(seen, back) > 100)
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)
        _expect_nothing_between(seen, killed, back)
        assert [one for each in seen for one in each.wrong] == []
        _expect_old_tokens_are_dead(two, early)
    made_in_all = evaluated(seen)
    assert made_in_all <= sum(each.evaluations for each in read_counts(tmp_path / "state"))


def _kill_for_a_while(redis: RedisServer, seen: list[Seen]) -> tuple[float, float]:
    """When it was dead, and when it was started again."""
    redis.kill()
    killed = time.monotonic()
    until(lambda: all(each.answers[-1][0] > killed + 2 for each in seen))
    back = time.monotonic()
    redis.start()
    return killed, back


def _expect_nothing_between(seen: list[Seen], killed: float, back: float) -> None:
    """Whatever was asked and answered without Redis was refused as promised."""
    between = [
        (status, after)
        for each in seen
        for asked, answered, status, after in each.answers
        if asked > killed and answered < back
    ]
    statuses = Counter(status for status, _ in between)
    assert statuses[503] >= 20
    assert set(statuses) == {503}
    assert all(after is not None and int(after) >= 1 for _, after in between)


def _expect_old_tokens_are_dead(url: str, tokens: list[str]) -> None:
    """What Redis forgot to have been spent cannot be spent again."""
    for token in tokens:
        headers = {**OCTETS, "Breachdesk-Token": token}
        found = httpx.post(f"{url}/v1/evaluate/open/1", content=BLINDING.element, headers=headers)
        assert found.status_code == 403
