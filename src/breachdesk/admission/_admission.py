"""Everything of one process, put together from its settings."""

import time
from collections.abc import Callable

from breachdesk.admission._alarms import make_alarms
from breachdesk.admission._batches import BatchGate
from breachdesk.admission._budgets import Budget
from breachdesk.admission._gate import Gate, KeyGate, Together
from breachdesk.admission._ledger import DAY_SECONDS, Ledger
from breachdesk.admission._limits import FREE_PART, ClientLimits
from breachdesk.admission._load import Load
from breachdesk.admission._redis_store import redis_store
from breachdesk.admission._settings import AdmissionSettings
from breachdesk.admission._store import CountStore, MemoryStore
from breachdesk.admission._tokens import Tokens
from breachdesk.admission._watch import Watch
from breachdesk.admission.errors import StoreError


class Admission:
    """Makes the gates of a service's keys."""

    def __init__(
        self,
        settings: AdmissionSettings,
        release: Callable[[], int],
        *,
        observe: Callable[[str], None] = lambda _: None,
        cosigned: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`release` says the number in force; `observe` and `cosigned` are those of `Watch`.

        Opens the state folder. Raises `OptionError`.
        """
        self._settings = settings
        self._release = release
        self._clock = clock
        self._shared = redis_store(settings.limits, clock) if settings.limits else None
        self._store: CountStore = self._shared or MemoryStore(clock)
        self._ledger = Ledger(settings.state)
        self._load = Load()
        self._together = Together(self._store)
        self._budgets: list[Budget] = []
        self.alarms = make_alarms(
            self._store, webhook_url=settings.alarm_webhook, mail_url=settings.alarm_mail
        )
        self._watch = Watch(
            self.alarms,
            budget_day=settings.budget_day,
            busy=max(1, settings.rate // FREE_PART),
            observe=observe,
            cosigned=cosigned,
            clock=clock,
        )

    def gate(self, kind: str, epoch: int, public: bytes) -> Gate:
        """The gate of a key. `public` tells services apart that share a Redis."""
        settings = self._settings
        # Limits of each kind apart: emptying one must not close the other (PROTOCOL section 4.3).
        limits = ClientLimits(settings.rate, self._store, self._clock, name=f"{kind}/")
        tokens = Tokens(public, self._store, effort=settings.effort, clock=self._clock)
        budget = self._budget(kind, epoch, public)
        self._budgets.append(budget)
        return KeyGate(
            limits, tokens, budget, self._together, self._load, self._watch,
            self._release,
        )  # fmt: skip

    def batch_gate(
        self, kind: str, epoch: int, public: bytes, counted: Callable[[int], None]
    ) -> BatchGate:
        """The gate of a key for its builder's batches."""
        return BatchGate(self._budget(kind, epoch, public), self._store, counted)

    def _budget(self, kind: str, epoch: int, public: bytes) -> Budget:
        name = public.hex()[:16]
        return Budget(
            self._ledger, kind, epoch, self._settings.budget, shared=self._shared, name=name,
            clock=self._clock,
        )  # fmt: skip

    def tick(self) -> None:
        """Judge the minute that has ended, if one has: call it at any request."""
        self._watch.tick()

    def budgets_left(self) -> dict[tuple[str, int, str], int]:
        """What is left by kind, epoch and period, over all hosts as far as this one knows."""
        day = int(self._clock()) // DAY_SECONDS
        left: dict[tuple[str, int, str], int] = {}
        for one in self._budgets:
            try:
                own = self._ledger.own(one.kind, one.epoch, day)
                all_hosts = self._ledger.everywhere(one.kind, one.epoch, day)
            except StoreError:
                continue
            of_day, of_epoch = max(own.day, all_hosts.day), max(own.epoch, all_hosts.epoch)
            left[one.kind, one.epoch, "day"] = max(0, one.most.day - of_day)
            left[one.kind, one.epoch, "epoch"] = max(0, one.most.epoch - of_epoch)
        return left
