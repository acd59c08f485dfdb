"""People who report damage at the desk, many at once: what each does, and how long it took.

Each request has a connection of its own. Browsers do as the desk's script does: they solve a puzzle
before the last button of the long form sends it, and one where a page asks to press again; the
short form is sent without. One in forty shares an address with twenty-four others. Who is told to
press again does so after the time that the page says.

Puzzles are really solved, but by processors of this machine instead of a thousand telephones: how
long that took is told apart, and by how many counters there were to try.
"""

import asyncio
import html
import random
import re
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from tests.factories.work import decode_token, solve

SHARING: Final = 25
ONE_IN: Final = 40
#: Who gets no answer for so long gives up: a browser's own patience.
PATIENCE_SECONDS: Final = 300.0
MOST_TRIES: Final = 20

_RECEIPT: Final = re.compile(r"<strong>([0-9-]{19})</strong>")
_KEY: Final = re.compile(r'name="form_key" value="([0-9a-f]{64})"')
_SHORT: Final = 'name="short_form"'
_STORY: Final = (
    "어제 낮에 고객센터라는 사람이 전화해서 유심을 바꾸어야 한다고 했습니다. 문자로 온 주소를 "
    "눌러 이름과 생년월일을 적었고, 저녁에 통장에서 돈이 빠져나갔습니다. 은행에는 알렸습니다. "
)


@dataclass(slots=True)
class Told:
    """What happened to all of them. Times in seconds."""

    loading: list[float] = field(default_factory=list)
    checking: list[float] = field(default_factory=list)
    #: From the first press of the last button to the confirmation, with all that came between
    #: but the solving.
    sending: list[float] = field(default_factory=list)
    #: Counters that were tried, a puzzle; and seconds that each puzzle was waited for.
    counters: list[float] = field(default_factory=list)
    solving: list[float] = field(default_factory=list)
    #: Receipts by what the report tells.
    receipts: dict[str, str] = field(default_factory=dict)
    #: When each was confirmed, since the beginning.
    at: list[float] = field(default_factory=list)
    short: int = 0
    again: dict[str, int] = field(default_factory=dict)
    gave_up: int = 0
    most_at_once: int = 0


@dataclass(slots=True)
class Crowd:
    """A number of people who are at it at the same time; who is done makes room for another."""

    port: int
    people: int
    seconds: float
    typing: tuple[float, float]
    solver: ProcessPoolExecutor
    told: Told = field(default_factory=Told)
    begun: float = 0.0
    seen: int = 0
    there: int = 0

    async def run(self) -> Told:
        """For so many seconds; who has pressed by then is waited for, who still types leaves."""
        self.begun = time.perf_counter()
        await asyncio.gather(*(self._place() for _ in range(self.people)))
        return self.told

    @property
    def over(self) -> bool:
        return time.perf_counter() - self.begun >= self.seconds

    async def _place(self) -> None:
        """The first person of each place has been at it for a while: the crowd is not new."""
        left = random.random()
        while not self.over:
            self.seen += 1
            self.there += 1
            self.told.most_at_once = max(self.told.most_at_once, self.there)
            await self._person(self.seen, left)
            self.there -= 1
            left = 1.0

    async def _person(self, number: int, part: float) -> None:
        """`part` of the typing is still to be done."""
        draw = random.Random(number)
        address = _address(number)
        began = time.perf_counter()
        page = await self._until(address, "/ko/report/", None, 200)
        if page is None:
            return
        self.told.loading.append(time.perf_counter() - began)
        key, short = _KEY.search(page), _SHORT in page
        assert key is not None
        left = self.begun + self.seconds - time.perf_counter()
        await asyncio.sleep(max(0.0, min(draw.uniform(*self.typing) * part, left)))
        if self.over:
            return
        self.told.short += short
        fields = {"form_key": key[1], **_fields(number, draw)}
        if short:
            fields["short_form"] = "on"
        else:
            began = time.perf_counter()
            if await self._until(address, "/ko/report/check/", fields, 200) is None:
                return
            self.told.checking.append(time.perf_counter() - began)
        await self._send(address, fields)

    async def _send(self, address: str, fields: dict[str, str]) -> None:
        began = time.perf_counter()
        mine: list[float] = []
        if "short_form" not in fields:
            mine.append(await self._solve(address, fields))
        page = await self._until(address, "/ko/report/send/", fields, 200, mine)
        found = _RECEIPT.search(page or "")
        if found is None:
            self.told.gave_up += page is not None
            return
        now = time.perf_counter()
        self.told.sending.append(now - began - sum(mine))
        self.told.at.append(now - self.begun)
        self.told.receipts[fields["narrative"]] = found[1]

    async def _until(
        self,
        address: str,
        path: str,
        fields: dict[str, str] | None,
        wanted: int,
        solving: list[float] | None = None,
    ) -> str | None:
        """Ask until there is an answer of this status, as a person who presses again. Seconds of
        solving go into `solving`."""
        mine = solving if solving is not None else []
        for _ in range(MOST_TRIES):
            status, wait, page = await ask(self.port, address, path, fields)
            if status == wanted:
                return page
            key = f"{path} {status}"
            self.told.again[key] = self.told.again.get(key, 0) + 1
            if status == 429 and fields is not None and "work" not in fields:
                mine.append(await self._solve(address, fields))
                continue
            if fields is not None:
                fields.pop("work", None)
            await asyncio.sleep(wait)
        self.told.gave_up += 1
        return None

    async def _solve(self, address: str, fields: dict[str, str]) -> float:
        """Put a solved puzzle into the form; the seconds that took, with the wait for a processor
        of this machine. Where no puzzle comes, the form goes without, as the script sends it."""
        status, _wait, puzzle = await ask(self.port, address, "/v1/challenge/desk/1", None)
        if status != 200:
            return 0.0
        began = time.perf_counter()
        loop = asyncio.get_running_loop()
        token = await loop.run_in_executor(self.solver, solve, puzzle.encode())
        fields["work"] = token.decode()
        self.told.counters.append(decode_token(token)["solution"]["counter"])
        self.told.solving.append(time.perf_counter() - began)
        return self.told.solving[-1]


async def ask(
    port: int, address: str, path: str, fields: dict[str, str] | None
) -> tuple[int, float, str]:
    """Status, seconds to wait before the next try, and the page. Status 0: no answer came."""
    body = urlencode(fields).encode() if fields is not None else b""
    method = "GET" if fields is None else "POST"
    kind = "" if fields is None else "Content-Type: application/x-www-form-urlencoded\r\n"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: {address}\r\n"
        f"{kind}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + body)
            data = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return 0, 1.0, ""
    top, _, page = data.partition(b"\r\n\r\n")
    wait = re.search(rb"(?i)retry-after: (\d+)", top)
    status = int(top[9:12]) if top[9:12].isdigit() else 0
    return status, float(wait[1]) if wait else 1.0, html.unescape(page.decode("utf-8", "replace"))


def _address(number: int) -> str:
    """One of a person's own, or one that twenty-five have."""
    shared = number % ONE_IN == 0
    host = number // (ONE_IN * SHARING) if shared else number
    return f"10.{100 + shared}.{host // 250 % 250}.{host % 250 + 1}"


def _fields(number: int, draw: random.Random) -> dict[str, str]:
    """A report of a usual length. Nobody's numbers."""
    return {
        "kind": draw.choice(("smishing", "phishing_voice", "account_misuse")),
        "narrative": _STORY * draw.randint(1, 3) + f"story-{number}",
        "happened_on": "2026-03-27",
        "region": draw.choice(("11", "26", "41")),
        "caller_number": f"070-0000-{draw.randrange(10**4):04}",
        "scam_url": f"http://page{draw.randrange(50)}.example/kt",
        "loss_won": f"{draw.randint(1, 300)}만",
        "bank_told": "on",
        "contact_wanted": "phone",
        "contact_phone": f"010-0000-{draw.randrange(10**4):04}",
        "contact_name": "홍길동",
        "safe_times": "평일 저녁 7시 뒤",
    }
