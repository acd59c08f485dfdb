"""Alarms: to the log at once, then to a webhook and by mail from a thread of their own.

An alarm has a name and numbers. What a person typed, an address or an answer is neither, so it
cannot get in. The same alarm is told once in a while only, with how often it was held back.
"""

import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from breachdesk.admission._delivery import Deliver, mail, parse_mail_route, webhook
from breachdesk.admission._store import CountStore
from breachdesk.admission.errors import StoreError

logger = logging.getLogger(__name__)

ALARM_FORMAT: Final = "breachdesk/alarm/v1"
#: Seconds in which one alarm is told once.
QUIET_SECONDS: Final = 3600
#: Seconds before the second and the third try of a delivery.
_WAITS: Final = (2.0, 10.0)
#: Alarms that wait for delivery. More are in the log only.
_MOST_WAITING: Final = 64
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_WORDS: Final = (
    "Breachdesk alarm: {name}\nAt: {at}\n{counts}\nHeld back since the last: {held}\n\n"
    "What to do: docs/OPERATIONS.md, 'When an alarm comes'.\n"
    "할 일: docs/OPERATIONS.md의 'When an alarm comes'를 보십시오.\n"
)


class Alarms:
    """Tells operators. `tell` never waits for a network and never raises for one."""

    def __init__(
        self,
        store: CountStore | None = None,
        deliveries: Sequence[Deliver] = (),
        *,
        quiet: int = QUIET_SECONDS,
        waits: Sequence[float] = _WAITS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`store` makes several processes tell an alarm once; `waits` are before further tries."""
        self._store = store
        self._deliveries = tuple(deliveries)
        self._quiet = quiet
        self._waits = tuple(waits)
        self._clock = clock
        self._told: dict[str, float] = {}
        self._held: dict[str, int] = {}
        self._waiting: queue.Queue[tuple[str, float, dict[str, int | float], int]]
        self._waiting = queue.Queue(_MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, name: str, **counts: int | float) -> None:
        """Tell, unless it was told a moment ago. ValueError for what is no name or no number."""
        if not _NAME.fullmatch(name) or any(
            type(one) not in (int, float) for one in counts.values()
        ):
            raise ValueError("an alarm is a name and numbers")
        now = self._clock()
        with self._lock:
            if now < self._told.get(name, 0.0) + self._quiet:
                self._held[name] = self._held.get(name, 0) + 1
                return
            self._told[name] = now
            held = self._held.pop(name, 0)
        logger.error("alarm %s %s", name, _numbers(counts))
        if self._deliveries:
            self._enqueue(name, now, counts, held)

    def flush(self) -> None:
        """Wait until whatever was told is delivered or given up."""
        self._waiting.join()

    def _enqueue(self, name: str, at: float, counts: dict[str, int | float], held: int) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="alarms", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait((name, at, counts, held))
        except queue.Full:
            logger.error("alarm %s not delivered: too many wait", name)  # noqa: TRY400 (no fault of code)

    def _work(self) -> None:
        while True:
            name, at, counts, held = self._waiting.get()
            try:
                if self._first(name):
                    self._deliver(name, at, counts, held)
            finally:
                self._waiting.task_done()

    def _first(self, name: str) -> bool:
        """Whether no other process told it. Without the store it is told rather than lost."""
        try:
            return self._store is None or self._store.once(f"alarm/{name}", self._quiet)
        except StoreError:
            return True

    def _deliver(self, name: str, at: float, counts: dict[str, int | float], held: int) -> None:
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
        alarm = {
            "format": ALARM_FORMAT,
            "alarm": name,
            "at": moment,
            "counts": counts,
            "held_back": held,
        }
        words = _WORDS.format(name=name, at=moment, counts=_numbers(counts), held=held)
        for deliver in self._deliveries:
            self._try(name, lambda deliver=deliver: deliver(alarm, words))  # type: ignore[misc]  # bound at once

    def _try(self, name: str, deliver: Callable[[], None]) -> None:
        for wait in (*self._waits, None):
            try:
                deliver()
            except Exception as error:  # noqa: BLE001 (networks and mail servers fail in many ways)
                if wait is None:
                    kind = type(error).__name__
                    logger.error("alarm %s not delivered: %s", name, kind)  # noqa: TRY400 (its text may hold a password)
                    return
                time.sleep(wait)
            else:
                return


def make_alarms(
    store: CountStore | None, *, webhook_url: str | None, mail_url: str | None
) -> Alarms:
    """Alarms to what was configured, and always to the log. Raises `OptionError`."""
    deliveries = []
    if webhook_url:
        deliveries.append(webhook(webhook_url))
    if mail_url:
        deliveries.append(mail(parse_mail_route(mail_url)))
    return Alarms(store, deliveries)


def _numbers(counts: dict[str, int | float]) -> str:
    return " ".join(f"{name}={value}" for name, value in counts.items())
