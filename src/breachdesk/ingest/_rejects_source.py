"""Rows that a build rejected, read again as the tables that they were in.

Cells that a mapping gave another meaning are cleaned anew. The bytes of a row of text are taken
apart anew too, as the mapping's `encoding`, `delimiter`, `quote` and `escape` say. Row numbers
are those of the file that the rows came from.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

import polars as pl

from breachdesk.ingest._detect import Dialect, encoding_named
from breachdesk.ingest._rejects_file import RejectedRow, RejectsFile
from breachdesk.ingest._rejects_head import RejectedTable
from breachdesk.ingest._source import BATCH_ROWS, Batch, Place, Raw, Reading, columns_of
from breachdesk.ingest._stream import SourceFile
from breachdesk.ingest._tables_in_text import fields_of_line
from breachdesk.ingest._transcode import MARK

_TEXT: Final = ("encoding", "delimiter", "quote", "escape")


def rejected_sources(
    file: RejectsFile, reading_of: Callable[[Place], Reading | None]
) -> list["RejectedSource"]:
    """Every table of the file with rejected rows that is not to be left out."""
    sources = []
    for number, table in enumerate(file.head.tables):
        said = reading_of(table.place)
        if said is not None and any(table.rejected.values()):
            sources.append(RejectedSource(file, number, table, said))
    return sources


class RejectedSource:
    """A table of a file of rejected rows."""

    def __init__(self, file: RejectsFile, number: int, table: RejectedTable, said: Reading) -> None:
        self.place: Final = table.place
        self.header: Final = table.header
        self.columns: Final = table.columns
        self.layout: Final = f"rejected rows of {table.layout}"
        self.size: Final = file.size
        self.expanded: Final = file.size
        self.rows_read = 0
        self.bytes_read = 0
        was = table.reading
        changes = {name: value for name in _TEXT if (value := getattr(said, name)) is not None}
        self.found: Final = replace(was, **changes, blank=said.blank or was.blank)
        self._file: Final = file
        self._number: Final = number
        self.origin: Final = table
        self._digest: bytes | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the sealed file. ValueError before `batches` has run to its end."""
        if self._digest is None:
            raise ValueError("the source has not been read to its end")
        return self._digest

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read from the start, at most `rows` rows at a time. Raises SourceError."""
        self.rows_read = self.bytes_read = 0
        content = SourceFile(self._file.path)
        mine = (row for row in self._file.rows() if row.table == self._number)
        while taken := list(islice(mine, rows)):
            self.rows_read += len(taken)
            self.bytes_read = self._file.position
            yield self._batch(taken)
        self.bytes_read = self.size
        self._digest = content.digest()

    def _batch(self, taken: Sequence[RejectedRow]) -> Batch:
        numbers, kept, rejected = [], [], []
        raw: list[Raw] = []
        for row in taken:
            cells = self._cells(row.raw)
            if isinstance(cells, str):
                rejected.append((row.row, cells))
                raw.append(row.raw)
            else:
                numbers.append(row.row)
                kept.append(cells)
        frame = self._frame(kept)
        return Batch(frame, pl.Series(numbers, dtype=pl.UInt64), rejected, raw)

    def _frame(self, kept: list[Sequence[str]]) -> pl.DataFrame:
        width = len(self.header)
        columns = zip(*kept, strict=True) if kept else [()] * width
        frame = pl.DataFrame(
            [
                pl.Series(name, list(cells), dtype=pl.String)
                for name, cells in zip(columns_of(width), columns, strict=True)
            ]
        )
        if nothing := self.found.blank:
            frame = frame.select(pl.all().replace(list(nothing), [""] * len(nothing)))
        return frame

    def _cells(self, raw: Raw) -> Sequence[str] | str:
        """Return the cells of a row, or why there are still none."""
        try:
            cells = self._taken_apart(raw) if isinstance(raw, bytes) else self._decoded(raw)
        except UnicodeDecodeError:
            return "encoding"
        if any("\0" in cell for cell in cells):
            return "encoding"
        return cells if len(cells) == len(self.header) else "shape"

    def _decoded(self, cells: tuple[str | bytes, ...]) -> Sequence[str]:
        return [cell if isinstance(cell, str) else cell.decode(self._encoding()) for cell in cells]

    def _taken_apart(self, raw: bytes) -> Sequence[str]:
        """Return the fields of a record of text; nothing of what was no text."""
        found = self.found
        if found.delimiter is None:
            return ()
        dialect = Dialect(found.delimiter, found.quote or "", escape=bool(found.escape))
        text = raw.decode(self._encoding())
        if len(dialect.delimiter) > 1:
            text = text.replace(dialect.delimiter, MARK.decode())
        return fields_of_line(text, dialect)

    def _encoding(self) -> str:
        """The encoding of kept bytes: those of a file in UTF-16 are in UTF-8."""
        named = encoding_named(self.found.encoding or "utf-8")
        return "utf-8" if named.startswith("utf-16") else named
