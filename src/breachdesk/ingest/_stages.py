"""How long the stages of a build take."""

import contextlib
import time
from collections.abc import Iterator, Mapping

from breachdesk.ingest._request import StageTime


class Stages:
    """The stages in the order in which they ended."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._times: list[StageTime] = []

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time what is done in the block."""
        began = time.monotonic()
        yield
        self._times.append(StageTime(name, time.monotonic() - began))

    def divide(self, name: str, parts: Mapping[str, float]) -> None:
        """Put parts in the place of a stage, in proportion to the seconds that workers spent."""
        whole = sum(parts.values())
        divided = []
        for stage in self._times:
            if stage.name != name or not whole:
                divided.append(stage)
                continue
            divided += [StageTime(n, stage.seconds * part / whole) for n, part in parts.items()]
        self._times = divided

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def times(self) -> tuple[StageTime, ...]:
        """All stages."""
        return tuple(self._times)
