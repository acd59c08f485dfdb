"""Read a source file as a stream of batches of text columns."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv

from breachdesk.ingest._decode import decode
from breachdesk.ingest._detect import (
    BOM,
    detect_delimiter,
    detect_encoding,
    encoding_named,
    wrong_encoding,
)
from breachdesk.ingest._header import check_header, clean_name
from breachdesk.ingest._split import Records, Splitter
from breachdesk.ingest.errors import SourceError

MAX_RECORD: Final = 1 << 20
"""The longest row in bytes. Longer ones are a damaged file: KT's rows have 211."""
BATCH_ROWS: Final = 65_536
_BLOCK: Final = 1 << 20
_MAX_BUFFER: Final = 32 << 20
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a source. `frame` has String columns c0, c1, … without nulls.

    `row_numbers` (UInt64) are those of the frame's rows; 1 is the first row below the header,
    empty lines are no rows. `rejected` are (row number, `encoding` or `shape`).
    """

    frame: pl.DataFrame = field(repr=False)
    row_numbers: pl.Series = field(repr=False)
    rejected: list[tuple[int, str]]


class Source:
    """An opened source file. `header` has a name for each column, "" where it has none."""

    def __init__(
        self, path: Path, encoding: str, delimiter: str, header: tuple[str, ...], body: int
    ) -> None:
        self.path: Final = path
        self.encoding: Final = encoding
        self.delimiter: Final = delimiter
        self.header: Final = header
        self.rows_read = 0
        self.bytes_read = 0
        self._body: Final = body
        self._digest: bytes | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes. ValueError before `batches` has run to its end."""
        if self._digest is None:
            raise ValueError("the source has not been read to its end")
        return self._digest

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read the file from its start, at most `rows` rows at a time, in bounded memory.

        Raises SourceError: line-too-long, nul-byte, truncated-last-row, wrong-encoding.
        """
        self.rows_read = 0
        with self.path.open("rb", buffering=0) as file:
            reader = _Reader(self, file)
            head = file.read(self._body)
            reader.digest.update(head)
            while (batch := reader.next(rows)) is not None:
                self.bytes_read = file.tell()
                yield batch
        self._digest = reader.digest.digest()


def open_source(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """Find out encoding, delimiter and header. Reads little: errors further on come later.

    Raises SourceError for a file that cannot be read, is empty, has no rows or no header, is in
    another encoding, or names a column twice.
    """
    head = _head(path)
    declared = encoding_named(encoding) if encoding else None
    found = detect_encoding(path, head, declared)
    mark = len(BOM) if head.startswith(BOM) else 0
    head = _LONE_RETURN.sub(b" ", head[mark:])
    delimiter = delimiter or detect_delimiter(head)
    records = Splitter(delimiter).split(head)
    _check_rows(path, head, records)
    rows = _sample(head, records, found, delimiter, path)
    header = tuple(clean_name(name) for name in rows[0])
    check_header(path.name, header, rows[1:])
    return Source(path, found, delimiter, header, mark + int(records.ends[0]))


def _head(path: Path) -> bytes:
    """Return the first whole lines, one MiB at most, with a line break at the end."""
    try:
        with path.open("rb") as file:
            head = file.read(MAX_RECORD)
            more = bool(file.read(1))
    except OSError as error:
        raise SourceError(
            "unreadable",
            f"{path.name} cannot be read ({error.strerror}).",
            "Check that the file is there and that you may read it.",
        ) from None
    if not head.removeprefix(BOM).strip():
        message = f"{path.name} is empty."
        raise SourceError("empty", message, "Check that the right file was copied completely.")
    if not more:
        return head if head.endswith(b"\n") else head + b"\n"
    if b"\n" not in head:
        raise _too_long(path, 0)
    return head[: head.rfind(b"\n") + 1]


def _check_rows(path: Path, head: bytes, records: Records) -> None:
    """Check that there is a header and a row."""
    if b"\0" in head[: int(records.ends[0]) if len(records.ends) else None]:
        raise _nul(path, 0)
    if records.starts.is_empty():
        raise _too_long(path, 0) if len(head) > MAX_RECORD // 2 else _truncated(path, 0)
    if len(records.starts) == 1 and not head[records.used :].strip():
        message = f"{path.name} has a header and no rows."
        raise SourceError("header-only", message, "Check that the file was exported completely.")


def _sample(
    head: bytes, records: Records, encoding: str, delimiter: str, path: Path
) -> list[list[str]]:
    """Return the header and up to 200 rows that decode."""
    lines = []
    for index, (start, end) in enumerate(
        zip(records.starts[:201], records.ends[:201], strict=True)
    ):
        if end - start > MAX_RECORD // 16:
            if index == 0:
                raise _too_long(path, 0)
            continue
        try:
            lines.append(head[start:end].decode(encoding).rstrip("\r\n"))
        except UnicodeDecodeError:
            if index == 0:
                raise wrong_encoding(path, head[start:end], encoding) from None
    return [next(csv.reader([line], delimiter=delimiter)) for line in lines]


class _Reader:
    """The state of one pass over a file, from the first row on."""

    def __init__(self, source: Source, file: BinaryIO) -> None:
        self.digest: Final = hashlib.sha256()
        self._source: Final = source
        self._file: Final = file
        self._splitter: Final = Splitter(source.delimiter)
        self._columns: Final = [f"c{index}" for index in range(len(source.header))]
        self._pending = b""
        self._final = False

    def next(self, rows: int) -> Batch | None:
        """Return the next batch, None at the end."""
        while not self._final or self._pending:
            self._fill(rows)
            records = self._splitter.split(self._pending).head(rows)
            self._check(records, rows)
            data, self._pending = self._pending[: records.used], self._pending[records.used :]
            if not records.starts.is_empty():
                return self._batch(data, records)
        return None

    def _fill(self, rows: int) -> None:
        """Read on until the block holds enough lines for the batch."""
        parts, lines = [self._pending], self._pending.count(b"\n")
        size, tail = len(self._pending), 0
        while not self._final and (len(parts) == 1 or (lines < rows and size < _MAX_BUFFER)):
            block = self._file.read(_BLOCK)
            self.digest.update(block)
            self._final = not block
            last_break = block.rfind(b"\n")
            tail = len(block) - 1 - last_break if last_break >= 0 else tail + len(block)
            parts.append(block)
            if b"\0" in block:
                raise _nul(self._source.path, self._row_of(b"".join(parts), b"\0"))
            if tail > MAX_RECORD:
                raise _too_long(self._source.path, self._row_of(b"".join(parts)))
            lines += block.count(b"\n")
            size += len(block)
        self._pending = self._tidy(b"".join(parts))

    def _tidy(self, data: bytes) -> bytes:
        """Make a carriage return that ends no line a blank, and end the last line."""
        if self._final and data and not data.endswith(b"\n"):
            self._check_last(data)
            data += b"\n"
        if data.count(b"\r") == data.count(b"\r\n"):
            return data
        held = data.endswith(b"\r")
        return _LONE_RETURN.sub(b" ", data[: len(data) - held]) + b"\r" * held

    def _check_last(self, data: bytes) -> None:
        """Raise if a last row without a line break is not complete."""
        records = self._splitter.split(data + b"\n")
        if records.starts.is_empty() or records.used < len(data):
            return
        last = data[int(records.starts[-1]) :]
        try:
            last.decode(self._source.encoding)
            complete = int(records.columns[-1]) >= len(self._columns)
        except UnicodeDecodeError:
            complete = False
        if not complete and last.strip():
            row = self._source.rows_read + len(records.starts)
            raise _truncated(self._source.path, row)

    def _check(self, records: Records, rows: int) -> None:
        """Raise if a row is too long, or the last one is never closed."""
        path, before = self._source.path, self._source.rows_read
        sizes = records.ends - records.starts
        if (sizes > MAX_RECORD).any():
            raise _too_long(path, before + int((sizes > MAX_RECORD).arg_true()[0]) + 1)
        if len(records.starts) == rows:
            return
        left = len(self._pending) - records.used
        if left > MAX_RECORD:
            raise _too_long(path, before + len(records.starts) + 1)
        if self._final and left:
            raise _truncated(path, before + len(records.starts) + 1)

    def _row_of(self, data: bytes, stop: bytes | None = None) -> int:
        """Return the number of the row that `stop`, or else the end, is in."""
        upto = data[: data.find(stop)] if stop else data
        return self._source.rows_read + len(self._splitter.split(upto).starts) + 1

    def _batch(self, data: bytes, records: Records) -> Batch:
        source, count = self._source, len(records.starts)
        decoded = decode(data, records, len(self._columns), source.encoding)
        undecodable = sum(reason == "encoding" for reason in decoded.bad.values())
        if 2 * undecodable > count:
            raise wrong_encoding(source.path, data[: _BLOCK // 16], source.encoding)
        numbers = pl.int_range(1, count + 1, dtype=pl.UInt64, eager=True) + source.rows_read
        rejected = [
            (source.rows_read + index + 1, bad) for index, bad in sorted(decoded.bad.items())
        ]
        if decoded.bad:
            good = [index for index in range(count) if index not in decoded.bad]
            numbers = numbers.gather(good)
        source.rows_read += count
        return Batch(self._parse(decoded.text), numbers, rejected)

    def _parse(self, text: bytes) -> pl.DataFrame:
        """Take the fields out of UTF-8 records that all have the right number of them."""
        if not text:
            return pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String))
        quoted = b'"' in text
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            read_options=pyarrow.csv.ReadOptions(
                column_names=self._columns, block_size=len(text) + 1 if quoted else _BLOCK
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._source.delimiter, newlines_in_values=quoted
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(self._columns, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
        return pl.DataFrame(pl.from_arrow(table, rechunk=True))


def _row(row: int) -> str:
    return f"Row {row}" if row else "The header"


def _nul(path: Path, row: int) -> SourceError:
    return SourceError(
        "nul-byte",
        f"{_row(row)} of {path.name} has a NUL byte: the file is damaged or is no text file.",
        "Export it again as CSV in UTF-8; do not only delete the byte.",
    )


def _too_long(path: Path, row: int) -> SourceError:
    return SourceError(
        "line-too-long",
        f"{_row(row)} of {path.name} is longer than {MAX_RECORD >> 20} MiB.",
        "Look there for a quotation mark that is never closed, or export the file again with a "
        "line for each record.",
    )


def _truncated(path: Path, row: int) -> SourceError:
    return SourceError(
        "truncated-last-row",
        f"{_row(row)} of {path.name}, the last one, breaks off: the file is not complete.",
        "Get the whole file again; if it was always so, complete or delete that row.",
    )
