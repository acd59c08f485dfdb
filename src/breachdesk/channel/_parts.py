"""What the HTTP process works with, made once: keys, limits, tokens, alarms, clock.

Of the key folder it opens the four keys in KEY_NAMES and no other.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from breachdesk.admission import (
    Alarms,
    Budget,
    ClientLimits,
    CountStore,
    Ledger,
    Load,
    Network,
    OneAtATime,
    Tokens,
    Totals,
    make_alarms,
    memory_store,
    redis_store,
)
from breachdesk.channel._config import ChannelConfig
from breachdesk.channel._hiding import Hider, Sealer
from breachdesk.channel._metrics import Metrics
from breachdesk.keys import open_folder
from breachdesk.voprf import Evaluator

KEY_NAMES: Final = ("oprf-channel", "address", "token", "letter")

#: PROTOCOL section 10.1: this service knows no release, so its challenges are of release 0.
NO_RELEASE: Final = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that an action needs. Its repr shows no key."""

    config: ChannelConfig
    epoch: int
    evaluator: Evaluator = field(repr=False)
    hider: Hider = field(repr=False)
    sealer: Sealer = field(repr=False)
    letter_key: bytes = field(repr=False)
    tokens: Tokens = field(repr=False)
    clients: ClientLimits = field(repr=False)
    counts: CountStore = field(repr=False)
    budget: "ChannelBudget" = field(repr=False)
    alarms: Alarms = field(repr=False)
    metrics: Metrics = field(repr=False)
    page_origins: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()
    load: Load = field(default_factory=Load, repr=False)
    clock: Callable[[], float] = time.time

    @property
    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())


class _InUse:
    """The parts of this process, which Django's views cannot be given."""

    parts: Parts | None = None


def use(parts: Parts | None) -> None:
    """From now on views work with these."""
    _InUse.parts = parts


def in_use() -> Parts:
    """What `use` was given."""
    if _InUse.parts is None:
        raise RuntimeError("the process was not set up")
    return _InUse.parts


class ChannelBudget:
    """The budget of the channel key, for several threads (RFC 9497 section 7.2.3)."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lock = threading.Lock()

    def spend(self) -> None:
        """Count one evaluation before it is made. Raises BudgetSpent, StoreError."""
        with self._lock:
            self._budget.spend()


def make_parts(
    config: ChannelConfig,
    keys: Path,
    *,
    page_origins: tuple[str, ...] = (),
    proxies: tuple[Network, ...] = (),
    store: CountStore | None = None,
    clock: Callable[[], float] = time.time,
) -> Parts:
    """Open the keys and connect the limits. Raises keys.KeysError, admission.OptionError.

    `page_origins` are the origins of pages that may ask (empty: any; requests carry no
    credentials); `proxies` the networks whose X-Forwarded-For is believed.
    """
    folder = open_folder(keys, only=KEY_NAMES)
    if store is None:
        store = make_store(config)
    return Parts(
        config=config,
        epoch=folder.epoch,
        evaluator=Evaluator(folder.oprf("channel").secret),
        hider=Hider(folder.address),
        sealer=Sealer(folder.address),
        letter_key=folder.letter,
        tokens=Tokens(folder.token, store, clock=clock),
        clients=ClientLimits(config.limits.client_rate, store, clock, name="channel/"),
        counts=store,
        budget=ChannelBudget(
            Budget(
                Ledger(config.state),
                "channel",
                folder.epoch,
                Totals(config.limits.budget_day, config.limits.budget_epoch),
                clock=clock,
            )
        ),
        alarms=alarms(config, store),
        metrics=Metrics(folder.epoch),
        page_origins=page_origins,
        proxies=proxies,
        clock=clock,
    )


def make_store(config: ChannelConfig) -> CountStore:
    """Redis where the channel file names one, else this process's memory."""
    return OneAtATime(memory_store()) if config.redis is None else redis_store(config.redis)


def alarms(config: ChannelConfig, store: CountStore | None) -> Alarms:
    """Alarms to where the channel file says. Raises admission.OptionError."""
    return make_alarms(store, webhook_url=config.alarm.webhook, mail_url=config.alarm.mail)
