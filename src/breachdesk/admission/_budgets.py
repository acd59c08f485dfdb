"""How many evaluations a key may give in a day and in its epoch (RFC 9497 section 7.2.3).

A process reserves a block in the ledger, and then counts it down in memory. Blocks grow to
MOST_BLOCK under load and shrink to one evaluation where little is asked, so that the ledger is
nearly exact and costs nothing where it matters.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from breachdesk.admission._ledger import DAY_SECONDS, Ledger, Totals
from breachdesk.admission.errors import BudgetSpent

#: Evaluations a key, by default: OPERATIONS says how to choose.
DEFAULT_DAY: Final = 2_000_000
DEFAULT_EPOCH: Final = 50_000_000
MOST_BLOCK: Final = 256

#: A block that lasted less grows the next one, one that lasted more shrinks it. Seconds.
_SHORT: Final = 2.0
_LONG: Final = 20.0
#: Seconds after which a spent budget is looked at again.
_LOOK_AGAIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """Evaluations of a day that were counted before they are made, and the totals with them."""

    day: int
    size: int
    totals: Totals


class SharedTotals(Protocol):
    """Totals over all hosts."""

    def reserve(
        self, name: str, day: int, host: str, wanted: int, known: tuple[Totals, Totals, Totals]
    ) -> tuple[int, Totals]:
        """Granted, and the totals with it. `known`: the host's own, the least of all, the most.

        Raises `StoreError`.
        """


class Budget:
    """The budget of one key in one process. `take` in one thread; `reserve` in any."""

    def __init__(
        self,
        ledger: Ledger,
        kind: str,
        epoch: int,
        most: Totals,
        *,
        shared: SharedTotals | None = None,
        name: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`name` tells keys apart that share `shared`."""
        self.kind, self.epoch, self.most = kind, epoch, most
        self._ledger = ledger
        self._shared = shared
        self._name = f"budget/{name}/{kind}/{epoch}"
        self._clock = clock
        self._left = 0
        self._day = 0
        self._size = 1
        self._since = 0.0
        self._totals = Totals(0, 0)
        self._spent: tuple[float, BudgetSpent] | None = None

    @property
    def share(self) -> float:
        """The part of the day's budget that is counted, as of the last block."""
        if self._is_spent("day"):
            return 1.0
        today = self._day == self._today()
        return min(1.0, self._totals.day / self.most.day) if today else 0.0

    @property
    def epoch_share(self) -> float:
        """The part of the epoch's budget that is counted, as of the last block."""
        return 1.0 if self._is_spent("epoch") else min(1.0, self._totals.epoch / self.most.epoch)

    @property
    def low(self) -> bool:
        """Whether a large block nears its end, so that the next can be reserved beforehand."""
        return self._size >= 16 and self._left == self._size // 4

    def take(self) -> bool:
        """One evaluation, if the block that is there has one for today."""
        if self._left == 0 or self._day != self._today():
            return False
        self._left -= 1
        return True

    def give_back(self) -> None:
        """One that was taken and not made."""
        self._left += 1

    def reserve(self) -> Block:
        """A block from the ledger, on the disk when this returns.

        Raises `BudgetSpent`, or `StoreError`.
        """
        if self._spent is not None:
            until, refusal = self._spent
            if self._clock() < until:
                raise BudgetSpent(refusal.period, self._wait(refusal.period))
        day = self._today()
        shared = self._shared
        found = self._from_this_host(day) if shared is None else self._from_all_hosts(day, shared)
        if found.size == 0:
            period = "day" if found.totals.day >= self.most.day else "epoch"
            refusal = BudgetSpent(period, self._wait(period))
            self._spent = (min(self._clock() + _LOOK_AGAIN, (day + 1) * DAY_SECONDS), refusal)
            raise refusal
        return found

    def accept(self, block: Block) -> None:
        """Count a block down from now on. What is left of another day's is given up."""
        now = self._clock()
        if block.day != self._day:
            self._left = 0
        lasted = now - self._since
        if lasted < _SHORT:
            self._size = min(MOST_BLOCK, self._size * 2)
        elif lasted > _LONG:
            self._size = max(1, self._size // 2)
        self._left += block.size
        self._day, self._totals, self._since = block.day, block.totals, now

    def spend(self) -> None:
        """`take`, reserving where needed: for callers that may wait. Raises as `reserve`."""
        while not self.take():
            self.accept(self.reserve())

    def _from_this_host(self, day: int) -> Block:
        granted = self._ledger.reserve(self.kind, self.epoch, day, self._size, self.most)
        return Block(day, granted, self._ledger.own(self.kind, self.epoch, day))

    def _from_all_hosts(self, day: int, shared: SharedTotals) -> Block:
        """First the store that all share, then the ledger: a crash between counts too much."""
        own = self._ledger.own(self.kind, self.epoch, day)
        least = self._ledger.everywhere(self.kind, self.epoch, day)
        granted, totals = shared.reserve(
            self._name, day, self._ledger.host, self._size, (own, least, self.most)
        )
        if granted:
            self._ledger.add(self.kind, self.epoch, day, granted, totals)
        return Block(day, granted, totals)

    def _is_spent(self, period: str) -> bool:
        spent = self._spent
        return spent is not None and spent[1].period == period and self._clock() < spent[0]

    def _today(self) -> int:
        return int(self._clock()) // DAY_SECONDS

    def _wait(self, period: str) -> int:
        """Until the day ends; an epoch's budget does not come back by itself."""
        if period == "epoch":
            return DAY_SECONDS
        return DAY_SECONDS - int(self._clock()) % DAY_SECONDS
