"""Find the records of delimited bytes, a whole block at a time.

A quote opens a quoted field only where a field starts (RFC 4180); a line break inside is part of
the record. Quotes elsewhere are ordinary characters, as most writers of such files mean them. With
`escape`, a backslash takes its meaning from the character after it, inside quotes and outside.
UTF-8 and CP949 both keep delimiters, quotes and line breaks out of multi-byte characters, so the
bytes are split before anything is decoded.
"""

import re
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyarrow as pa

_NEWLINE, _RETURN = 0x0A, 0x0D


@dataclass(frozen=True, slots=True)
class Records:
    """Where the complete, non-empty records of a block are. `ends` is past the line break.

    `columns` is the number of fields of each. Bytes from `used` on are no complete record yet.
    """

    starts: pl.Series
    ends: pl.Series
    columns: pl.Series
    used: int

    def head(self, count: int) -> "Records":
        """Return the first `count` records."""
        if len(self.starts) <= count:
            return self
        ends = self.ends[:count]
        return Records(self.starts[:count], ends, self.columns[:count], int(ends[-1]))


class Splitter:
    """Splits blocks that start where a record starts."""

    def __init__(self, delimiter: str, quote: str = '"', *, escape: bool = False) -> None:
        """`delimiter` is one ASCII character; so is `quote`, or "" where nothing is quoted."""
        self._delimiter: Final = ord(delimiter)
        self._quote: Final = quote.encode()
        self._escape: Final = escape
        field = _field(re.escape(delimiter.encode()), re.escape(self._quote), escape=escape)
        mark = re.escape(delimiter.encode())
        self._field: Final = re.compile(field)
        self._record: Final = re.compile(field + rb"(?:" + mark + field + rb")*+\n")

    def split(self, data: bytes) -> Records:
        """Return the complete records of the block."""
        array = pl.Series(
            pa.UInt8Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
        )
        breaks = (array == _NEWLINE).arg_true()
        marks = (array == self._delimiter).arg_true()
        if self._escape and b"\\" in data:
            return self._scan(data)
        if self._quote and self._quote in data:
            quotes = (array == self._quote[0]).arg_true()
            if not self._regular(array, quotes):
                return self._scan(data)
            breaks = _outside(breaks, quotes)
            marks = _outside(marks, quotes)
        ends = breaks + 1
        if ends.is_empty():
            return _records([], [], [], 0)
        starts = ends.shift(1, fill_value=0)
        before = marks.search_sorted(breaks)
        columns = before - before.shift(1, fill_value=0) + 1
        records = Records(starts, ends, columns, int(ends[-1]))
        return _without_empty(array, records)

    def _regular(self, array: pl.Series, quotes: pl.Series) -> bool:
        """Return whether every odd quote opens a field and every even one closes or doubles."""
        opening, closing = quotes.gather_every(2), quotes.gather_every(2, 1)
        opening = opening.filter(opening > 0)
        closing = closing.filter(closing < len(array) - 1)
        before = array.gather(opening - 1).unique().to_list()
        after = array.gather(closing + 1).unique().to_list()
        edges = {self._delimiter, _NEWLINE, self._quote[0]}
        return edges.issuperset(before) and (edges | {_RETURN}).issuperset(after)

    def _scan(self, data: bytes) -> Records:
        """Split one record after another: right for any quotes, and slower."""
        starts, ends, columns = [], [], []
        position = 0
        while found := self._record.match(data, position):
            position = found.end()
            if line := found[0].rstrip(b"\r\n"):
                starts.append(found.start())
                ends.append(position)
                columns.append(self._count(line))
        return _records(starts, ends, columns, position)

    def _count(self, line: bytes) -> int:
        count, position = 1, 0
        while found := self._field.match(line, position):
            if found.end() == len(line):
                break
            count, position = count + 1, found.end() + 1
        return count


def _field(mark: bytes, quote: bytes, *, escape: bool) -> bytes:
    """Return the pattern of one field."""
    if escape:
        unquoted = rb"(?:[^" + mark + rb"\n\\]|\\[\s\S])*+"
        inside = rb"(?:[^\\" + quote + rb"]|\\[\s\S]|" + quote * 2 + rb")*+"
    else:
        unquoted = rb"[^" + mark + rb"\n]*+"
        inside = rb"(?:[^" + quote + rb"]++|" + quote * 2 + rb")*+"
    if not quote:
        return unquoted
    quoted = quote + inside + quote + unquoted
    return rb"(?:" + quoted + rb"|(?!" + quote + rb")" + unquoted + rb")"


def _outside(positions: pl.Series, quotes: pl.Series) -> pl.Series:
    """Return the positions that an even number of quotes precedes."""
    return positions.filter(quotes.search_sorted(positions) % 2 == 0)


def _without_empty(array: pl.Series, records: Records) -> Records:
    """Drop records that are a line break only."""
    sizes = records.ends - records.starts
    if not (sizes <= 2).any():
        return records
    empty = (sizes == 1) | ((sizes == 2) & (array.gather(records.starts) == _RETURN))
    kept = ~empty
    return Records(
        records.starts.filter(kept),
        records.ends.filter(kept),
        records.columns.filter(kept),
        records.used,
    )


def _records(starts: list[int], ends: list[int], columns: list[int], used: int) -> Records:
    return Records(
        pl.Series(starts, dtype=pl.UInt32),
        pl.Series(ends, dtype=pl.UInt32),
        pl.Series(columns, dtype=pl.UInt32),
        used,
    )
