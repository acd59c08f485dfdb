"""What a reader must find: written beside each messy file, and compared with what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from breachdesk.ingest._source import LOST, Source

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Table:
    """A table: its rows by number (None for a cell whose digits are lost), and what is rejected."""

    header: Sequence[str]
    rows: Rows
    rejected: dict[int, str] = field(default_factory=dict)
    place: str = ""
    numbers: Sequence[int] | None = None

    def as_json(self) -> dict[str, Any]:
        """The table as it is written."""
        taken = iter(n for n in range(1, 1 << 20) if n not in self.rejected)
        numbers = self.numbers or [next(taken) for _ in self.rows]
        return {
            "place": self.place,
            "header": list(self.header),
            "rows": {str(n): list(row) for n, row in zip(numbers, self.rows, strict=True)},
            "rejected": {str(number): why for number, why in self.rejected.items()},
        }


def found(source: Source, rows: int = 65_536) -> dict[str, Any]:
    """What a source gives, as `Table.as_json` writes it."""
    good: dict[str, list[str | None]] = {}
    bad: dict[str, str] = {}
    for batch in source.batches(rows):
        for number, cells in zip(batch.row_numbers, batch.frame.rows(), strict=True):
            good[str(number)] = [None if cell == LOST else cell for cell in cells]
        bad |= {str(number): why for number, why in batch.rejected}
    assert len(good) + len(bad) == source.rows_read
    place = source.place
    return {
        "place": "/".join(filter(None, (place.member, place.table))),
        "header": list(source.header),
        "rows": good,
        "rejected": bad,
    }
