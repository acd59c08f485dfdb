"""Two desks that count in one Redis, which is killed: the limit holds, and who was harmed is heard.

Windows are those of the clock's minutes, so each part begins where enough of one is left.
"""

import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from breachdesk.desk._gate import CALM_RATE
from breachdesk.envelope import desk_public_key
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from tests.factories.channel import end, start
from tests.factories.desk import PRIVATE, report
from tests.factories.redis_server import RedisServer, redis_server
from tests.factories.served import wait_for
from tests.factories.work import solve

#: Seconds of a minute that one part of the test may take.
ROOM = 35


@contextmanager
def serving(data: Path, limits: str) -> Iterator[str]:
    """A desk's process; its address."""
    with listen("127.0.0.1", 0, "--desk-port") as listening:
        port, handle = listening.getsockname()[1], listening.fileno()
        told = {
            "BREACHDESK_DESK_DATA": str(data),
            "BREACHDESK_DESK_PUBLIC": desk_public_key(PRIVATE).hex(),
            "BREACHDESK_DESK_PROXIES": "127.0.0.0/8",
            "BREACHDESK_ALLOWED_HOSTS": "127.0.0.1",
            "BREACHDESK_LIMITS": limits,
            "DATABASE_URL": "",
            environment.DESK_SOCKET: str(handle),
        }
        process = start("breachdesk.serving._desk", told, data.parent / f"{port}.log", handle)
        try:
            wait_for(f"127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            end(process)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis") as found:
        yield found


@pytest.fixture
def desks(tmp_path: Path, redis: RedisServer) -> Iterator[tuple[str, str]]:
    (tmp_path / "desk").mkdir()
    with ExitStack() as stack:
        yield (
            stack.enter_context(serving(tmp_path / "desk", redis.url)),
            stack.enter_context(serving(tmp_path / "desk", redis.url)),
        )


def ask(url: str, address: str, work: str = "") -> int:
    """The status of a form from an address; a code for a call, which costs the desk least."""
    fields = {"code": "00000000", "work": work}
    headers = {"X-Forwarded-For": address}
    return httpx.post(f"{url}/en/call/", data=fields, headers=headers, timeout=30).status_code


def puzzle(url: str) -> str:
    return solve(httpx.get(f"{url}/v1/challenge/desk/1", timeout=30).content).decode()


def receipt(url: str, address: str) -> str:
    """What a report from there gets."""
    headers = {"X-Forwarded-For": address}
    got = httpx.post(f"{url}/en/report/send/", data=report(), headers=headers, timeout=30)
    found = re.search(r"<strong>([0-9-]{19})</strong>", got.text)
    assert found, got.status_code
    return found[1]


def somebody() -> str:
    return ".".join(str(secrets.randbelow(200) + 20) for _ in range(4))


def early_in_a_minute() -> None:
    left = 60 - time.time() % 60
    if left < ROOM:
        time.sleep(left + 0.1)


def expect_one_limit_for_both(desks: tuple[str, str]) -> str:
    """An address that is over the calm rate at both, from then on."""
    address = somebody()
    asked = [ask(desks[number % 2], address) for number in range(CALM_RATE + 2)]
    assert asked == [200] * CALM_RATE + [429] * 2
    return address


def test_two_desks_share_limits_and_a_killed_redis_opens_none(
    desks: tuple[str, str], redis: RedisServer, tmp_path: Path
) -> None:
    one, two = desks
    early_in_a_minute()
    flooding = expect_one_limit_for_both(desks)
    work, kept = puzzle(one), puzzle(one)
    assert [ask(two, flooding, work), ask(one, flooding, work)] == [200, 429]

    redis.kill()
    early_in_a_minute()
    heard = {receipt(url, somebody()) for url in desks}
    alone = Counter(ask(one, flooding) for _ in range(2 * CALM_RATE))
    assert alone == {200: CALM_RATE, 429: CALM_RATE}
    assert ask(one, flooding, kept) == 429, "solved for the store that was killed"
    work = puzzle(one)
    assert [ask(one, flooding, work), ask(one, flooding, work)] == [200, 429]
    heard |= {receipt(url, somebody()) for url in desks}
    assert len(heard) == 4

    redis.start()
    time.sleep(1)  # a process rests half a second after a failure before it tries again
    early_in_a_minute()
    expect_one_limit_for_both(desks)
    said = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert said.count("counts alone") == said.count("counted with the other") == 2
    assert flooding not in said
