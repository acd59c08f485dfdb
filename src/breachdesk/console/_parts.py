"""What the process works with: the desk's private key, which opens cases, never in a repr; and the
count that all boards show."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.utils import timezone

from breachdesk.console._counted_once import Shared
from breachdesk.console._figures import Board, board
from breachdesk.desk.models import Case
from breachdesk.desk.services import Opened
from breachdesk.envelope import Fingerprinter, open_for_desk

#: How old the numbers of a board may be: half of the time after which it asks again.
BOARD_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Parts:
    """`desk_private` is the 32 bytes of the key `desk` of the key folder."""

    desk_private: bytes = field(repr=False)
    boards: Shared[Board] = field(
        default_factory=lambda: Shared(lambda: board(timezone.now()), BOARD_SECONDS), repr=False
    )

    @cached_property
    def fingerprinter(self) -> Fingerprinter:
        """What makes keyed hashes of numbers, accounts and texts."""
        return Fingerprinter(self.desk_private)

    def open(self, case: Case) -> Opened:
        """The case and its key. Raises envelope.OpenError for a case that was shredded."""
        return Opened(case, open_for_desk(self.desk_private, case.wrapped_for_desk, case.number))


class _InUse:
    """The parts of this process, which Django's views cannot be given."""

    parts: Parts | None = None


def use(parts: Parts | None) -> None:
    """From now on views and tasks work with these."""
    _InUse.parts = parts


def in_use() -> Parts:
    """What `use` was given."""
    if _InUse.parts is None:
        raise RuntimeError("the process was not set up")
    return _InUse.parts
