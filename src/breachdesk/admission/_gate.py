"""The way in for one key: token, budget, limits, in that order, and one round trip at most.

A token that is no good costs no round trip. A budget that is spent uses up neither token nor limit,
and a limit that is reached does not use up the token: who is told to wait can come back with it.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from breachdesk.admission._budgets import Budget
from breachdesk.admission._limits import ClientLimits
from breachdesk.admission._load import Load
from breachdesk.admission._store import PASSED, SPENT, CountStore, Take
from breachdesk.admission._tokens import TOKEN_SECONDS, Tokens
from breachdesk.admission._watch import Watch
from breachdesk.admission.errors import BudgetSpent, Limited, StoreError, TokenRefused

#: Requests that go to Redis in one round trip, and that wait for it in all.
_MOST_TOGETHER: Final = 64
_MOST_WAITING: Final = 4096


class Gate(Protocol):
    """Admits requests for one key."""

    async def admit(self, address: str, token: bytes | None) -> None:
        """Raises `Limited`, `TokenRefused`, `BudgetSpent`, or `StoreError`: then nothing passes."""

    def give_back(self) -> None:
        """What was admitted and needed no evaluation."""

    async def challenge(self) -> bytes:
        """A challenge for one request (PROTOCOL section 10.1). Raises `StoreError`."""


class Together:
    """Asks a store for all requests that wait, while an earlier question is under way."""

    def __init__(self, store: CountStore) -> None:
        self.store = store
        self._waiting: list[tuple[Take, asyncio.Future[int]]] = []
        self._running: asyncio.Task[None] | None = None

    async def take(self, wanted: Take) -> int:
        """A verdict of `CountStore.take`. Raises `StoreError`."""
        if self.store.local:
            return self.store.take((wanted,))[0]
        if len(self._waiting) >= _MOST_WAITING:
            raise StoreError("too many requests wait for the store")
        loop = asyncio.get_running_loop()
        verdict: asyncio.Future[int] = loop.create_future()
        self._waiting.append((wanted, verdict))
        if self._running is None:
            self._running = loop.create_task(self._run())
        return await verdict

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:_MOST_TOGETHER]
                del self._waiting[:_MOST_TOGETHER]
                await self._ask(batch)
        finally:
            self._running = None

    async def _ask(self, batch: list[tuple[Take, asyncio.Future[int]]]) -> None:
        loop = asyncio.get_running_loop()
        takes = [wanted for wanted, _ in batch]
        try:
            verdicts = await loop.run_in_executor(None, self.store.take, takes)
        except Exception as error:  # noqa: BLE001 (whatever failed, each is refused)
            text = str(error) if isinstance(error, StoreError) else type(error).__name__
            for _, waits in batch:
                if not waits.done():
                    waits.set_exception(StoreError(text))
            return
        for (_, waits), verdict in zip(batch, verdicts, strict=True):
            if not waits.done():
                waits.set_result(verdict)


class KeyGate:
    """The gate of a running service. For one event loop."""

    def __init__(
        self,
        limits: ClientLimits,
        tokens: Tokens,
        budget: Budget,
        together: Together,
        load: Load,
        watch: Watch,
        release: Callable[[], int],
    ) -> None:
        """`release` says the number of the release in force."""
        self._limits = limits
        self._tokens = tokens
        self._budget = budget
        self._together = together
        self._store = together.store
        self._load = load
        self._watch = watch
        self._release = release
        self._filling: asyncio.Task[None] | None = None

    async def admit(self, address: str, token: bytes | None) -> None:
        """Raises `Limited`, `TokenRefused`, `BudgetSpent`, or `StoreError`."""
        try:
            await self._admit(address, token)
        except TokenRefused as refused:
            self._watch.refused(f"token-{refused.reason}")
            raise
        except Limited as limited:
            self._watch.refused(f"limit-{limited.reason}")
            raise
        except BudgetSpent as spent:
            self._watch.refused(f"budget-{spent.period}")
            self._watch.budget(self._budget.kind, self._budget.share, self._budget.epoch_share)
            raise
        except StoreError:
            self._watch.refused("store")
            raise

    def give_back(self) -> None:
        """An evaluation that was not made."""
        self._budget.give_back()

    async def challenge(self) -> bytes:
        """Harder the busier this process is, and the more of the day's budget is used."""
        await self._until_ready()
        load = max(self._load.share(), self._budget.share)
        found = self._tokens.challenge(self._budget.kind, self._budget.epoch, self._release(), load)
        self._watch.challenged()
        return found

    async def _admit(self, address: str, token: bytes | None) -> None:
        budget = self._budget
        if token:
            await self._until_ready()
        name = self._tokens.verify(token, budget.kind, budget.epoch, self._release())
        counts = self._limits.counts(address)
        while not budget.take():
            await self._fill()
        if budget.low:
            self._start_filling()
        try:
            verdict = await self._together.take(Take(counts, name, TOKEN_SECONDS))
        except BaseException:
            budget.give_back()
            raise
        if verdict != PASSED:
            budget.give_back()
            raise TokenRefused("spent") if verdict == SPENT else self._limits.limited(verdict)
        self._watch.passed(counts[-1].key)

    async def _until_ready(self) -> None:
        """Ask for the store's generation outside of the loop, where it is not known."""
        if not self._store.ready:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self._store.generation)

    async def _fill(self) -> None:
        """Wait for a block of the budget; raises as `Budget.reserve`."""
        await asyncio.shield(self._start_filling())

    def _start_filling(self) -> "asyncio.Task[None]":
        if self._filling is None:
            self._filling = asyncio.get_running_loop().create_task(self._reserve())
            self._filling.add_done_callback(lambda done: done.cancelled() or done.exception())
        return self._filling

    async def _reserve(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            self._budget.accept(await loop.run_in_executor(None, self._budget.reserve))
        finally:
            self._filling = None
        self._watch.budget(self._budget.kind, self._budget.share, self._budget.epoch_share)
