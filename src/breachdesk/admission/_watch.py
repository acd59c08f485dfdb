"""What one process sees in a minute, and what of it is worth an alarm.

It knows how many were let through and turned away and from how many networks, for one minute. It
knows no answer: a service that could estimate hits would be seeing answers.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from breachdesk.admission._alarms import Alarms
from breachdesk.admission._limits import LIMIT_REASONS, MINUTE
from breachdesk.admission._tokens import TOKEN_REASONS

#: Why a request was turned away: a closed list, for metrics.
REASONS: Final = (
    *(f"token-{one}" for one in TOKEN_REASONS),
    *(f"limit-{one}" for one in LIMIT_REASONS),
    "budget-day",
    "budget-epoch",
    "store",
)

#: A rate at which the day's budget would be gone in this many minutes.
PACE_MINUTES: Final = 240
#: Networks of which each asks more than the free part of an address in a minute.
BUSY_NETWORKS: Final = 20
#: Refusals of one sort in a minute.
MANY_REFUSALS: Final = 100
#: Challenges for each evaluation, and challenges in all.
HOARD_FACTOR: Final = 10
MANY_CHALLENGES: Final = 1000
#: Hours since the newest cosignature (PROTOCOL section 9.3).
STALE_HOURS: Final = 36
#: The part of a budget at which operators are told.
NEAR: Final = 0.8

_BAD_TOKENS: Final = ("malformed", "forged", "expired", "elsewhere", "spent")


class Watch:
    """Counts of the running minute. Every method is a few additions, and none waits."""

    def __init__(
        self,
        alarms: Alarms,
        *,
        budget_day: int,
        busy: int,
        observe: Callable[[str], None] = lambda _: None,
        cosigned: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`busy` is what a network asks in a minute to be called so; `observe` gets each reason.

        `cosigned` says the time of the newest cosignature, 0 for none.
        """
        self._alarms = alarms
        self._pace = max(1, budget_day // PACE_MINUTES)
        self._busy = busy
        self._observe = observe
        self._cosigned = cosigned
        self._clock = clock
        self._minute = int(clock()) // MINUTE
        self._networks: dict[str, int] = {}
        self._refused: Counter[str] = Counter()
        self._challenges = 0

    def passed(self, network: str) -> None:
        """An evaluation was let through."""
        self.tick()
        self._networks[network] = self._networks.get(network, 0) + 1

    def refused(self, reason: str) -> None:
        """A request was turned away; a store that failed is told at once."""
        self.tick()
        self._refused[reason] += 1
        self._observe(reason)
        if reason == "store":
            self._alarms.tell("store", failures=self._refused[reason])

    def challenged(self) -> None:
        """A challenge was given."""
        self.tick()
        self._challenges += 1

    def budget(self, kind: str, day: float, epoch: float) -> None:
        """The parts of a key's budgets that are used."""
        for period, used in (("day", day), ("epoch", epoch)):
            if used >= 1.0:
                self._alarms.tell(f"budget-{period}-{kind}-spent")
            elif used >= NEAR:
                self._alarms.tell(f"budget-{period}-{kind}", used=round(used, 3))

    def tick(self) -> None:
        """Judge the minute that has ended, if one has."""
        minute = int(self._clock()) // MINUTE
        if minute == self._minute:
            return
        networks, refused, challenges = self._networks, self._refused, self._challenges
        self._minute = minute
        self._networks, self._refused, self._challenges = {}, Counter(), 0
        passed = sum(networks.values())
        self._judge_rate(networks, passed)
        self._judge_refusals(refused)
        if challenges > max(MANY_CHALLENGES, HOARD_FACTOR * passed):
            self._alarms.tell("challenges", challenges=challenges, evaluations=passed)
        self._judge_time()

    def _judge_rate(self, networks: dict[str, int], passed: int) -> None:
        busy = sum(1 for one in networks.values() if one > self._busy)
        largest = max(networks.values(), default=0)
        counts = {"evaluations": passed, "networks": len(networks), "busy": busy}
        if passed > self._pace:
            self._alarms.tell("rate", **counts, largest=largest)
        if busy > BUSY_NETWORKS:
            self._alarms.tell("networks", **counts, largest=largest)

    def _judge_refusals(self, refused: Counter[str]) -> None:
        tokens = {one: refused[f"token-{one}"] for one in _BAD_TOKENS if refused[f"token-{one}"]}
        if sum(tokens.values()) > MANY_REFUSALS:
            self._alarms.tell("tokens", **tokens)
        limits = {
            one.replace("-", "_"): refused[f"limit-{one}"]
            for one in LIMIT_REASONS
            if refused[f"limit-{one}"]
        }
        if sum(limits.values()) > MANY_REFUSALS:
            self._alarms.tell("limits", **limits)

    def _judge_time(self) -> None:
        newest = self._cosigned() if self._cosigned else 0.0
        hours = (self._clock() - newest) / 3600
        if newest and hours > STALE_HOURS:
            self._alarms.tell("cosignature", hours=int(hours))
