"""A person with a question, beside the thief: asks as the reference client does, now and then."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from benches.attack.service import Target
from breachdesk.client import Client, Transport, make_question

LOOKUP = "name+birth_date+phone"
_PAUSE = 1.0


@dataclass
class Genuine:
    """Answers of a person who is in the leak, for as long as the block lasts."""

    target: Target
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(120)

    @property
    def harmed(self) -> str:
        """How many of how many did not get their answer."""
        asked = self.answers.total()
        return f"{asked - self.answers['included']} of {asked}"

    def _ask(self) -> None:
        question = make_question(LOOKUP, self.target.people[0])
        while not self._stop.is_set():
            begun = time.monotonic()
            with Transport() as transport:
                answer = Client(self.target.pages, transport).check(question)
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.answers[answer.reason or answer.kind] += 1
            self._stop.wait(_PAUSE)
