"""A wave at a real `serve --desk`: hundreds press at once, and every one of them is heard, once.

Most come from an address of their own; some share one, so that it is over its calm rate and their
browsers solve puzzles.
"""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.e2e.running_service import Service
from tests.factories.ports import free_port
from tests.factories.served import wait_for
from tests.factories.work import solve

PEOPLE = 200
#: Of them behind one address: a few more presses than it may have a minute with no puzzle.
SHARING = 21
#: Each tenth presses the last button twice, at the same moment.
TWICE = 10
_SHORT = 'name="short_form" value="on"'


@dataclass
class Heard:
    """What the people got."""

    receipts: dict[str, set[str]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    short: int = 0
    puzzles: int = 0


class Wave:
    """People who all come at the same moment."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(base_url=url, timeout=300, limits=limits)
        self.heard = Heard()

    async def run(self) -> Heard:
        async with self._client:
            await asyncio.gather(*(self._person(number) for number in range(PEOPLE)))
        return self.heard

    async def _person(self, number: int) -> None:
        address = "10.200.0.1" if number < SHARING else f"10.201.{number}.1"
        headers = {"X-Forwarded-For": address}
        page = (await self._client.get("/ko/report/", headers=headers)).text
        key = re.search(r'name="form_key" value="([0-9a-f]{64})"', page)
        assert key is not None
        story = f"story-{number}-"
        fields = {"form_key": key[1], "kind": "smishing", "narrative": story}
        fields["contact_wanted"] = "receipt"
        if _SHORT in page:
            fields["short_form"] = "on"
            self.heard.short += 1
        else:
            await self._press("/ko/report/check/", headers, fields)
        presses = [self._send(headers, dict(fields)) for _ in range(1 + (number % TWICE == 0))]
        self.heard.receipts[story] = set(await asyncio.gather(*presses))

    async def _send(self, headers: dict[str, str], fields: dict[str, str]) -> str:
        page = await self._press("/ko/report/send/", headers, fields)
        found = re.search(r"<strong>([0-9-]{19})</strong>", page)
        assert found is not None
        return found[1]

    async def _press(self, path: str, headers: dict[str, str], fields: dict[str, str]) -> str:
        """As the page's script does: where a puzzle is asked for, it solves one and sends again."""
        got = await self._client.post(path, headers=headers, data=fields)
        self.heard.statuses[got.status_code] += 1
        while got.status_code == 429:
            puzzle = (await self._client.get("/v1/challenge/desk/1", headers=headers)).content
            fields["work"] = (await asyncio.to_thread(solve, puzzle)).decode()
            self.heard.puzzles += 1
            got = await self._client.post(path, headers=headers, data=fields)
            self.heard.statuses[got.status_code] += 1
        fields.pop("work", None)
        assert got.status_code == 200
        return got.text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The desk's address, and its data folder."""
    service, port, data = Service(tmp_path), free_port(), tmp_path / "desk"
    service.build(records=50)
    told = ("--desk", "--desk-port", port, "--desk-data", data, "--proxy", "127.0.0.1/32")
    service.start(*map(str, told))
    try:
        wait_for(f"127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", data
    finally:
        service.stop()


def test_in_a_wave_the_form_is_short_and_nobody_is_refused(desk: tuple[str, Path]) -> None:
    url, data = desk
    with ThreadPoolExecutor(1) as thread:  # a browser's test may have left its loop in this one
        heard = thread.submit(asyncio.run, Wave(url).run()).result()
    assert set(heard.statuses) <= {200, 429}
    assert heard.statuses[429] == heard.puzzles
    assert len(heard.receipts) == PEOPLE
    assert {len(one) for one in heard.receipts.values()} == {1}
    receipts = {story: one for story, (one,) in heard.receipts.items()}
    assert len(set(receipts.values())) == PEOPLE
    assert heard.short > 0
    with closing(sqlite3.connect(f"file:{data / 'desk.db'}?mode=ro", uri=True)) as file:
        rows = file.execute("SELECT short_form, count(*) FROM desk_case GROUP BY 1").fetchall()
    assert sum(number for _short, number in rows) == PEOPLE
    assert dict(rows).get(1, 0) == heard.short
    for number in range(0, PEOPLE, 20):
        story = f"story-{number}-"
        headers = {"X-Forwarded-For": f"10.202.{number}.1"}
        fields = {"receipt": receipts[story]}
        assert story in httpx.post(f"{url}/ko/case/", data=fields, headers=headers, timeout=60).text
