"""Parquet: a table, row group by row group. Nested columns become dotted ones."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from breachdesk.ingest._cells import EXACT, text_of
from breachdesk.ingest._flatten import MOST_CELLS, flatten
from breachdesk.ingest._source import (
    BATCH_ROWS,
    LOST,
    MAX_COLUMNS,
    Batch,
    Place,
    Reading,
    Source,
    columns_of,
)
from breachdesk.ingest._stream import Content
from breachdesk.ingest._text_errors import header_only
from breachdesk.ingest.errors import SourceError

_DAMAGE: Final = (pa.ArrowException, OSError, ValueError, KeyError, MemoryError, OverflowError)
_MOST_EXPANDED: Final = 64 << 30


def open_parquet(content: Content, reading: Reading) -> Sequence[Source]:
    """Return the one table. Raises SourceError: damaged, header-only, too-large."""
    return [ParquetSource(content, reading)]


class ParquetSource:
    """A Parquet file. Row 1 is its first."""

    def __init__(self, content: Content, reading: Reading) -> None:
        self.found: Final = reading
        self.layout: Final = "Parquet"
        self.size: Final = content.size
        self.rows_read = 0
        self.bytes_read = 0
        self._content: Final = content
        self._digest: bytes | None = None
        with self._opened() as file:
            self._rows: Final[int] = file.metadata.num_rows
            groups = range(file.metadata.num_row_groups)
            expanded = sum(file.metadata.row_group(group).total_byte_size for group in groups)
            self.header: Final = tuple(self._names(file.schema_arrow))
        self.expanded: Final = max(expanded, content.size)
        if expanded > _MOST_EXPANDED or not 0 < len(self.header) <= MAX_COLUMNS:
            raise self._damaged()
        if not self._rows:
            raise header_only(content.place)

    @property
    def place(self) -> Place:
        """Where the table is."""
        return self._content.place

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes. ValueError before `batches` has run to its end."""
        if self._digest is None:
            raise ValueError("the source has not been read to its end")
        return self._digest

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read all row groups in order. Raises SourceError."""
        self.rows_read = self.bytes_read = 0
        with self._opened() as file:
            read = file.iter_batches(batch_size=rows, use_threads=False)
            while True:
                try:
                    batch = next(read, None)
                    frame = None if batch is None else self._frame(batch)
                except (*_DAMAGE, pl.exceptions.PolarsError):
                    raise self._damaged() from None
                if frame is None:
                    break
                numbers = pl.int_range(1, frame.height + 1, dtype=pl.UInt64, eager=True)
                yield_numbers = numbers + self.rows_read
                self.rows_read += frame.height
                self.bytes_read = self.size * self.rows_read // self._rows
                yield Batch(frame, yield_numbers, [])
        if self.rows_read != self._rows:
            raise self._damaged()
        self._digest = self._content.digest()

    def _opened(self) -> Any:
        try:
            return pq.ParquetFile(self._content.seekable(), pre_buffer=False)
        except _DAMAGE:
            raise self._damaged() from None

    def _names(self, schema: pa.Schema) -> Iterator[str]:
        for field in schema:
            if pa.types.is_struct(field.type):
                yield from (f"{field.name}.{name}" for name in self._names(pa.schema(field.type)))
            else:
                yield field.name

    def _frame(self, batch: pa.RecordBatch) -> pl.DataFrame:
        table = pa.Table.from_batches([batch])
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        columns = [_texts(column) for column in table.columns]
        frame = pl.DataFrame(
            [
                column.alias(name)
                for name, column in zip(columns_of(len(columns)), columns, strict=True)
            ]
        )
        if nothing := self.found.blank:
            frame = frame.select(pl.all().replace(list(nothing), [""] * len(nothing)))
        return frame

    def _damaged(self) -> SourceError:
        return SourceError(
            "damaged",
            f"{self._content.place.label} is no Parquet file that can be read to its end.",
            "Copy it again from where it comes from; its end holds what tells the columns apart.",
        )


def _texts(column: pa.ChunkedArray) -> pl.Series:
    """Return the cells of a column as text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return _series(column.cast(pa.large_string()))
    if pa.types.is_floating(kind):
        return _floats(column.cast(pa.float64()))
    if pa.types.is_date(kind):
        return _series(column.cast(pa.large_string()))
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return pl.Series([_text(value) for value in column.to_pylist()], dtype=pl.String)


def _floats(column: pa.ChunkedArray) -> pl.Series:
    values = pl.Series(pl.from_arrow(column)).cast(pl.Float64)
    whole = values.is_finite() & (values == values.floor()) & (values.abs() < EXACT)
    texts = pl.Series([text_of(value) for value in values.to_list()], dtype=pl.String)
    return texts if not whole.all() else values.cast(pl.Int64).cast(pl.String).fill_null("")


def _series(column: pa.ChunkedArray) -> pl.Series:
    return pl.Series(pl.from_arrow(column)).cast(pl.String).fill_null("")


def _text(value: object) -> str:
    """Return the text of a value of a rare type; lists and maps in one cell."""
    if isinstance(value, list | tuple | dict):
        flat = flatten({"": dict(value) if _is_map(value) else value})
        return LOST if flat is None or len(flat) > MOST_CELLS else " ".join(flat.values())
    return text_of(value)


def _is_map(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, tuple) and len(v) == 2 for v in value)
