"""Stage 1: clean rows into partition files, each subject's rows in one of them.

A partition is chosen by a keyed hash of the subject. Which rows share a partition decides nothing
of a release, so the hash may differ between versions of Polars.
"""

from collections.abc import Iterable
from io import BytesIO

import polars as pl
import pyarrow as pa

from breachdesk.ingest._spill import SpillWriter

#: Source bytes for one partition: a worker holds a partition in memory, and all workers should get
#: some even of a small source. Above the largest number, partitions grow instead.
_BYTES_A_PARTITION = 1 << 22
_FEWEST, _MOST = 8, 1024

_END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def partition_count(source_bytes: int) -> int:
    """How many partitions sources of this size get."""
    return min(max(-(-source_bytes // _BYTES_A_PARTITION), _FEWEST), _MOST)


class Partitioner:
    """Writes clean rows to partition files."""

    def __init__(self, writer: SpillWriter, count: int, seed: int, fields: Iterable[str]) -> None:
        """`seed` is 64 secret bits; `fields` are those that any lookup uses."""
        self.writer = writer
        self.part = (pl.col("subject").hash(seed) % count).alias("part")
        self._columns = _columns(fields)
        self.names: set[str] = set()

    def add(self, rows: pl.DataFrame) -> int:
        """Write the rows that have a subject; return the number of those that have none."""
        known = rows.filter(pl.col("subject").is_not_null())
        if not known.is_empty():
            self._write(known.select(self.part, *self._columns).sort("part"))
        return rows.height - known.height

    def _write(self, rows: pl.DataFrame) -> None:
        runs = rows["part"].rle().struct.unnest()
        batch = _record_batch(rows.drop("part"))
        start = 0
        for length, part in runs.select("len", "value").iter_rows():
            name = rows_name(part)
            self.writer.append(name, batch.slice(start, length).serialize().to_pybytes())
            self.names.add(name)
            start += length


def rows_name(part: int) -> str:
    """The file of a partition's rows."""
    return f"rows-{part:04x}"


def read_partition(chunks: Iterable[bytes], fields: Iterable[str]) -> pl.DataFrame:
    """The rows of one partition, as `_subjects.group` takes them."""
    empty = pl.DataFrame(schema=_schema(fields))
    header = _record_batch(empty).schema.serialize().to_pybytes()
    return pl.read_ipc_stream(BytesIO(b"".join((header, *chunks, _END))))


def _schema(fields: Iterable[str]) -> dict[str, pl.DataType]:
    values = tuple(fields)
    return (
        {"subject": pl.Binary(), "items": pl.UInt64()}
        | {f"f_{field}": pl.Binary() for field in values}
        | {f"e_{field}": pl.UInt8() for field in values}
    )


def _columns(fields: Iterable[str]) -> list[pl.Expr]:
    """Cleaned columns in the order and types of `_schema`; a fault becomes its code."""
    values = tuple(fields)
    faults = fault_codes(values)
    return [pl.col("subject"), pl.col("items"), *(pl.col(f"f_{f}") for f in values), *faults]


def fault_codes(fields: Iterable[str]) -> list[pl.Expr]:
    """`e_<field>` of cleaned rows as a code of `_subjects.FAULTS`."""
    return [
        pl.when(pl.col(f"e_{field}") == "invalid")
        .then(pl.lit(2, pl.UInt8))
        .when(pl.col(f"e_{field}") == "missing")
        .then(pl.lit(1, pl.UInt8))
        .otherwise(pl.lit(0, pl.UInt8))
        .alias(f"e_{field}")
        for field in fields
    ]


def _record_batch(rows: pl.DataFrame) -> pa.RecordBatch:
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)
