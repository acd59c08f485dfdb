"""Following a bucket host: what it shows, look after look (PROTOCOL section 9.5)."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from breachdesk import wire
from breachdesk.hosts import BucketHost, HostError
from breachdesk.release import ReleaseError, open_history_note
from breachdesk.witness._webhook import tell_alarm
from breachdesk.witness._witness import Witness
from breachdesk.witness.errors import AlarmError, StateError

BEHIND_SECONDS: Final = 3600.0
"""How long the host may lack what others brought before that is an alarm: a mirror's lag."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to.

    `outcome` is `cosigned`, `behind`, `empty`, `unreachable`, `unverified` or `alarm`.
    """

    outcome: str
    detail: str
    size: int = 0

    @property
    def ok(self) -> bool:
        return self.outcome in ("cosigned", "behind", "empty")


class Follower:
    """Looks at one host again and again. `webhook` is told of alarms."""

    def __init__(
        self,
        witness: Witness,
        host: BucketHost,
        webhook: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._witness = witness
        self._host = host
        self._webhook = webhook
        self._clock = clock
        self._behind_since: float | None = None
        self._last = ""

    def run(self, stop: threading.Event, every: float) -> None:
        """A look every so many seconds, until `stop`."""
        while True:
            self.look(stop)
            if stop.wait(every):
                return

    def look(self, stop: threading.Event) -> Look:
        """Fetch, decide, tell. Never raises for what a host or a disk does."""
        found = self._look()
        if found.detail != self._last:
            level = logging.INFO if found.ok else logging.ERROR
            logger.log(level, "%s: %s", found.outcome, found.detail)
        self._last = found.detail
        if found.outcome == "alarm" and self._webhook is not None:
            tell_alarm(self._witness.folder, self._webhook, stop)
        return found

    def _look(self) -> Look:
        try:
            self._witness.refuse_under_alarm()
            text = self._host.read(wire.CHECKPOINT_PATH)
            size = open_history_note(text, self._witness.log, ()).checkpoint.size
            leaves = self._host.read(wire.leaves_path(size)) if size else b""
            seen = self._witness.observe(text, leaves, patient=self._patient())
        except AlarmError as error:
            return Look("alarm", str(error), self._witness.kept.checkpoint.size)
        except HostError as error:
            return Look("unreachable", f"the host gave no log: {error}")
        except ReleaseError as error:
            return Look("unverified", f"what the host shows does not hold: {error}")
        except StateError as error:
            return Look("unverified", str(error))
        if seen != "behind":
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = self._clock()
        return Look(seen, _words(seen, size, self._witness.kept.checkpoint.size), size)

    def _patient(self) -> bool:
        since = self._behind_since
        return since is None or self._clock() - since < BEHIND_SECONDS


def _words(seen: str, size: int, kept: int) -> str:
    if seen == "empty":
        return "the log has no entry yet"
    if seen == "behind":
        return f"the host shows {size} entries; {kept} were brought here and are cosigned"
    return f"the log of {size} entries continues what was cosigned before"
