"""Somebody with a list and many addresses, who does what a client does, only more of it."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from breachdesk.voprf import blind
from tests.factories.work import solve

OCTETS = {"Content-Type": "application/octet-stream"}
#: Requests that are under way at once.
TOGETHER = 12


@dataclass
class Haul:
    """What an attack came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    solving: list[float] = field(default_factory=list)
    #: Guesses that had been answered when the first was refused, and how it was refused.
    until_stopped: int | None = None
    stopped_by: int | None = None

    @property
    def guesses(self) -> int:
        return self.statuses[200]

    @property
    def work(self) -> float:
        """Processor seconds of one solution, on average."""
        return sum(self.solving) / len(self.solving) if self.solving else 0.0

    def note(self, status: int) -> None:
        if status != 200 and self.until_stopped is None:
            self.until_stopped, self.stopped_by = self.statuses[200], status
        self.statuses[status] += 1


def one_address(address: str) -> Callable[[], str]:
    return lambda: address


def many_addresses(number: int) -> Callable[[], str]:
    """Each in a network of its own, in turn."""
    turn = itertools.cycle(range(number))

    def draw() -> str:
        place = next(turn)
        return f"100.{64 + place // 256}.{place % 256}.7"

    return draw


class Thief:
    """Asks one evaluator under one kind of key, from addresses of its choice."""

    def __init__(self, evaluator: str, kind: str = "open") -> None:
        self._kind = kind
        limits = httpx.Limits(max_connections=TOGETHER)
        self._http = httpx.AsyncClient(base_url=evaluator, timeout=30, limits=limits)
        self._points: Iterator[bytes] = (
            blind(number.to_bytes(4, "big")).element for number in itertools.count()
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def token(self, haul: Haul | None = None) -> str:
        """Get a challenge and solve it."""
        found = await self._http.get(f"/v1/challenge/{self._kind}/1")
        found.raise_for_status()
        begun = time.thread_time()
        token = solve(found.content).decode()
        if haul is not None:
            haul.solving.append(time.thread_time() - begun)
        return token

    async def spend(self, token: str, address: str) -> int:
        """One guess with this token; the status of its answer."""
        headers = {**OCTETS, "Breachdesk-Token": token, "X-Forwarded-For": address}
        url = f"/v1/evaluate/{self._kind}/1"
        found = await self._http.post(url, content=next(self._points), headers=headers)
        return found.status_code

    async def guess(
        self,
        draw: Callable[[], str],
        *,
        most: int,
        seconds: float,
        every: float = 0.0,
        stop_after: int = 200,
    ) -> Haul:
        """Guess until `most`, `seconds`, or so many refusals. `every` is a pause, one at a time."""
        haul = Haul()
        begun = time.monotonic()
        left = iter(range(most))

        async def work() -> None:
            for _ in left:
                refused = sum(haul.statuses.values()) - haul.guesses
                if time.monotonic() - begun > seconds or refused >= stop_after:
                    return
                haul.note(await self.spend(await self.token(haul), draw()))
                if every:
                    await asyncio.sleep(every)

        await asyncio.gather(*(work() for _ in range(1 if every else TOGETHER)))
        haul.seconds = time.monotonic() - begun
        return haul
