"""Many ask the running check service at once: each gets its own answer, whatever others send or do.

On every engine that runs here.
"""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from breachdesk.voprf import Evaluation, blind, finalize
from tests.factories.engines import NAMES, engine
from tests.factories.served import Made, fetch_token, make_service, running_check

MANY = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module", params=NAMES)
def url(request: pytest.FixtureRequest, made: Made) -> Iterator[str]:
    engine(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHDESK_KERNEL", request.param)
        with running_check(made, effort=1) as (address, _):
            yield address


def requests(url: str, bodies: list[bytes]) -> list[bytes]:
    """One request with a token of its own for each body, the connection closed after it."""
    head = (
        f"POST /v1/evaluate/open/1 HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        "Content-Type: application/octet-stream\r\nConnection: close\r\n"
        "Content-Length: {}\r\nBreachdesk-Token: {}\r\n\r\n"
    )
    return [head.format(len(one), fetch_token(url)).encode() + one for one in bodies]


async def ask_at_once(url: str, sent: list[bytes], leave: int) -> list[bytes]:
    """The answers; the first `leave` clients close their connection without reading one."""
    where = urlsplit(url)
    streams = [await asyncio.open_connection(where.hostname, where.port) for _ in sent]
    for (_, writer), one in zip(streams, sent, strict=True):
        writer.write(one)
    for _, writer in streams[:leave]:
        await writer.drain()
        writer.close()
    answers = [await reader.read() for reader, _ in streams[leave:]]
    for _, writer in streams[leave:]:
        writer.close()
    return answers


def evaluations(url: str) -> int:
    found = re.search(
        r'^breachdesk_evaluations_total\{epoch="1",kind="open"\} ([\d.]+)$',
        httpx.get(f"{url}/metrics").text,
        re.MULTILINE,
    )
    return int(float(found[1])) if found else 0


def test_each_gets_its_own_answer_beside_bad_ones(url: str, made: Made) -> None:
    before = evaluations(url)
    values = [b"%d" % number for number in range(MANY)]
    blindings = [blind(value) for value in values]
    bodies = [one.element for one in blindings]
    for place in range(0, MANY, 5):
        bodies[place] = b"\xff" * 32
    answers = asyncio.run(ask_at_once(url, requests(url, bodies), leave=0))
    public = made.opened.public.oprf["open"].public
    for place, answer in enumerate(answers):
        head, _, body = answer.partition(b"\r\n\r\n")
        if place % 5 == 0:
            assert head.startswith(b"HTTP/1.1 400"), head
        else:
            assert head.startswith(b"HTTP/1.1 200"), head
            evaluation = Evaluation(body[:32], body[32:])
            assert len(finalize(values[place], blindings[place], evaluation, public)) == 64
    assert evaluations(url) - before == MANY - len(range(0, MANY, 5))


def test_who_has_gone_disturbs_nobody(url: str) -> None:
    """Whether the service saw in time that they had gone is chance; who was answered is counted."""
    before = evaluations(url)
    bodies = [blind(b"%d" % number).element for number in range(MANY)]
    answers = asyncio.run(ask_at_once(url, requests(url, bodies), leave=MANY // 2))
    assert [one[:12] for one in answers] == [b"HTTP/1.1 200"] * (MANY - MANY // 2)
    assert MANY - MANY // 2 <= evaluations(url) - before <= MANY
