"""A table whose reader gives one row after another: workbooks, JSON, dumps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import polars as pl

from breachdesk.ingest._source import BATCH_ROWS, Batch, Place, Raw, Reading, columns_of
from breachdesk.ingest._stream import Content


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is rejected, and why: `encoding` or `shape`."""

    reason: str
    raw: Raw = field(repr=False)


Row = tuple[int, Sequence[str] | Broken]
"""A row's number and its cells, or why it is rejected."""

AtByte = Callable[[int], None]
"""Told how many bytes on disk the reading has gone through."""

Rows = Callable[[AtByte], Iterator[Row]]
"""Starts a reading."""


class RowSource:
    """A table that is read row by row, in batches. Raises what its reader raises."""

    def __init__(
        self,
        content: Content,
        place: Place,
        layout: str,
        header: tuple[str, ...],
        found: Reading,
        rows: Rows,
    ) -> None:
        self.place: Final = place
        self.layout: Final = layout
        self.header: Final = header
        self.found: Final = found
        self.size: Final = content.size
        self.expanded: Final = content.expanded
        self.rows_read = 0
        self.bytes_read = 0
        self._content: Final = content
        self._rows: Final = rows
        self._digest: bytes | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes. ValueError before `batches` has run to its end."""
        if self._digest is None:
            raise ValueError("the source has not been read to its end")
        return self._digest

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read from the start, at most `rows` rows at a time. Raises SourceError."""
        self.rows_read = self.bytes_read = 0
        reading = self._rows(self._at)
        try:
            while taken := list(islice(reading, rows)):
                self.rows_read += len(taken)
                yield self._batch(taken)
        finally:
            if close := getattr(reading, "close", None):
                close()
        self.bytes_read = self.size
        self._digest = self._content.digest()

    def _at(self, position: int) -> None:
        self.bytes_read = position

    def _batch(self, taken: list[Row]) -> Batch:
        width = len(self.header)
        numbers, kept, rejected = [], [], []
        raw: list[Raw] = []
        for number, cells in taken:
            if isinstance(cells, Broken):
                rejected.append((number, cells.reason))
                raw.append(cells.raw)
            elif len(cells) != width:
                rejected.append((number, "shape"))
                raw.append(tuple(cells))
            else:
                numbers.append(number)
                kept.append(cells)
        columns = zip(*kept, strict=True) if kept else [()] * width
        frame = pl.DataFrame(
            [
                pl.Series(name, list(cells), dtype=pl.String)
                for name, cells in zip(columns_of(width), columns, strict=True)
            ]
        )
        if nothing := self.found.blank:
            frame = frame.select(pl.all().replace(list(nothing), [""] * len(nothing)))
        return Batch(frame, pl.Series(numbers, dtype=pl.UInt64), rejected, raw)
