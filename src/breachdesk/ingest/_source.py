"""What every reader gives, whatever the format: tables of text cells, batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import polars as pl

BATCH_ROWS: Final = 65_536
MAX_COLUMNS: Final = 4_096

LOST: Final = "digits lost by the program that saved this file; " * 6
"""Stands for a number whose last digits are gone: not blank, so it counts as leaked, and longer
than any canonical form or fold takes (PROTOCOL 3.1), so nobody is found or told apart by it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is: a file, perhaps a member of it (an archive), perhaps a table in that.

    `table` is the name of a sheet, of a table of a dump, or a number; "" where there is but one.
    """

    path: Path
    member: str = ""
    table: str = ""

    @property
    def label(self) -> str:
        """The place as messages show it."""
        member = f"/{self.member}" if self.member else ""
        table = f" [{self.table}]" if self.table else ""
        return f"{self.path.name}{member}{table}"


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a table where that is not to be found out. None and "" mean: find out.

    `skip` rows precede the header, `header_rows` of them name the columns (0: none do).
    `breaks_off` says that an incomplete last row is all there is. `blank` are cells that mean
    nothing ("NULL").
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: bool | None = None
    skip: int | None = None
    header_rows: int | None = None
    breaks_off: bool = False
    blank: tuple[str, ...] = ()


Raw = bytes | tuple[str | bytes, ...]
"""What a rejected row was: its bytes, or its cells if they could be told apart. A cell that is not
text is bytes. The bytes of text are in UTF-8 if the file is in UTF-16."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a source. `frame` has String columns c0, c1, … without nulls.

    `row_numbers` (UInt64) are those of the frame's rows. `rejected` are (row number, `encoding` or
    `shape`), and `raw` what each of those was, in the same order.
    """

    frame: pl.DataFrame = field(repr=False)
    row_numbers: pl.Series = field(repr=False)
    rejected: list[tuple[int, str]]
    raw: Sequence[Raw] = field(default=(), repr=False)


class Source(Protocol):
    """A table that can be read several times. `header` has "" for a column without a name.

    `size` are the bytes on disk that a reading goes through, `bytes_read` those so far;
    `expanded` is about how many bytes of text that makes.
    """

    rows_read: int
    bytes_read: int

    @property
    def place(self) -> Place:
        """Where the table is."""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""

    @property
    def layout(self) -> str:
        """How it is written, for people: format, encoding, delimiter."""

    @property
    def found(self) -> Reading:
        """How it is read, with all that was found out."""

    @property
    def size(self) -> int:
        """Bytes on disk."""

    @property
    def expanded(self) -> int:
        """Bytes of text, about."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes. ValueError before `batches` has run to its end."""

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read from the start, at most `rows` rows at a time, in bounded memory.

        Raises SourceError.
        """


def columns_of(count: int) -> list[str]:
    """The names of a frame's columns."""
    return [f"c{index}" for index in range(count)]
