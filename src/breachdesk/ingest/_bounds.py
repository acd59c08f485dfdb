"""How much an archive may unpack to: a small file that grows without end stops the reading."""

from typing import Final

from breachdesk.ingest._source import Place
from breachdesk.ingest.errors import SourceError

MAX_RATIO: Final = 300
"""Unpacked bytes for each packed one. Text packs to a tenth, a dump of one table to a fiftieth."""
FREE: Final = 64 << 20
"""Up to so many bytes the ratio does not matter: small files of zeros are no danger."""
MAX_EXPANDED: Final = 256 << 30


class Bounds:
    """The bounds of one archive, or of one member of it."""

    def __init__(self, place: Place, packed: int) -> None:
        self.place: Final = place
        self.packed: Final = packed

    def counting(self) -> "Count":
        """Start to count what a reading unpacks."""
        return Count(self)

    def declared(self, expanded: int, members: int, most: int) -> None:
        """Check what an archive says of itself. Raises SourceError."""
        if members > most:
            raise SourceError(
                "bomb",
                f"{self.place.label} holds {members} files; {most} are the most.",
                "Unpack it to an encrypted disk, and name the files that people are in.",
            )
        self.check(expanded)

    def check(self, expanded: int) -> None:
        """Raise SourceError if so many bytes are too many."""
        ratio = expanded > FREE and expanded > MAX_RATIO * self.packed
        if not ratio and expanded <= MAX_EXPANDED:
            return
        much = f"{MAX_RATIO} times its size" if ratio else f"{MAX_EXPANDED >> 30} GiB"
        raise SourceError(
            "bomb",
            f"{self.place.label} unpacks to more than {much}, as files made to fill a disk do.",
            "If it is what it should be, unpack it to an encrypted disk and name the unpacked "
            "file.",
        )


class Count:
    """How much one reading has unpacked."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds: Final = bounds
        self.expanded = 0

    def add(self, count: int) -> None:
        """Count what was unpacked. Raises SourceError when it is too much."""
        self.expanded += count
        self.bounds.check(self.expanded)
