"""Rows that a build rejects, set aside as they are found.

Each is a line of JSON, in the encrypted spill until the build is published:

    {"table": 0, "row": 12, "reason": "no-subject", "at": "missing:rrn", "cells": ["…", …]}
    {"table": 0, "row": 13, "reason": "shape", "at": "", "raw": "<base64>"}

A cell that is not text is `{"raw": "<base64>"}`. Whether a row is `no-lookup` is known only when
all rows of its person are together. A row that some lookup can hold by itself never is; the few
others are set aside with their cells, in a partition like their person's (`doubts_name`).
"""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from breachdesk.incident import Lookup
from breachdesk.ingest._partition import Partitioner, fault_codes, rows_name
from breachdesk.ingest._sealed_file import read_sealed, write_sealed
from breachdesk.ingest._source import Batch, Raw
from breachdesk.ingest._spill import SpillKey, read_spill
from breachdesk.ingest._subjects import Subjects, complete, faults_at, fields_of
from breachdesk.ingest.errors import BuildError

EARLY = "rejected"
"""The file of what is rejected while the sources are read."""

_FLUSH_BYTES = 1 << 20
_FLUSH_ROWS = 1 << 16


class RejectedRows:
    """Sets aside what is rejected, or may be, while the sources are read."""

    def __init__(self, partitioner: Partitioner, lookups: Sequence[Lookup]) -> None:
        """Files go where the partitioner's do."""
        self._writer = partitioner.writer
        self._part = partitioner.part
        self._faults = fault_codes(fields_of(lookups))
        whole = pl.any_horizontal(complete(lookup, "f_") for lookup in lookups)
        self._doubtful = pl.col("subject").is_not_null() & ~whole
        self._lines: list[bytes] = []
        self._doubts: list[pl.DataFrame] = []

    def add(self, table: int, batch: Batch, rows: pl.DataFrame) -> None:
        """Look at a batch and its cleaned rows. Raises `OSError`."""
        for (row, reason), raw in zip(batch.rejected, batch.raw, strict=True):
            self._lines.append(_line(table, row, reason, raw))
        nobody = rows["subject"].is_null()
        if nobody.any():
            lost = _with_cells(table, rows.filter(nobody), batch.frame.filter(nobody))
            self._lines.append(lines_of(lost, "no-subject"))
        doubtful = rows.select(self._doubtful.alias("doubtful")).to_series()
        if doubtful.any():
            self._doubts.append(self._doubt(table, rows.filter(doubtful), batch, doubtful))
        self._flush(_FLUSH_BYTES, _FLUSH_ROWS)

    def finish(self) -> None:
        """Set aside what is still held. Raises `OSError`."""
        self._flush(1, 1)

    def _doubt(
        self, table: int, rows: pl.DataFrame, batch: Batch, doubtful: pl.Series
    ) -> pl.DataFrame:
        cells = _with_cells(table, rows, batch.frame.filter(doubtful))
        more = rows.select("subject", self._part, *self._faults)
        return pl.concat((cells.drop("at"), more), how="horizontal")

    def _flush(self, size: int, rows: int) -> None:
        if sum(map(len, self._lines)) >= size:
            self._writer.append(EARLY, b"".join(self._lines))
            self._lines.clear()
        if sum(doubts.height for doubts in self._doubts) >= rows:
            by_part = pl.concat(self._doubts).partition_by("part", as_dict=True, include_key=False)
            for (part,), frame in by_part.items():
                buffer = BytesIO()
                frame.write_ipc(buffer)
                self._writer.append(doubts_name(rows_name(int(str(part)))), buffer.getvalue())
            self._doubts.clear()


def doubts_name(name: str) -> str:
    """The file of the rows of a partition of which no lookup can hold any by itself."""
    return f"doubts-{name}"


def late_name(name: str) -> str:
    """The file of the rows of a partition that are `no-lookup`."""
    return f"{EARLY}-{name}"


def reject_late(
    name: str, people: Subjects, lookups: Sequence[Lookup], folder: Path, key: SpillKey
) -> dict[int, int]:
    """Set aside the rows of a partition that no lookup can hold; how many of which table.

    In one file, there complete or not at all, so that a run that goes on may do it again. Raises
    `BuildError` unless they are as many as the people's rows.
    """
    if people.lost.is_empty():
        return {}
    chunks = read_spill(folder / doubts_name(name), key)
    doubts = [pl.read_ipc(BytesIO(chunk)) for chunk in chunks]
    lost = pl.concat(doubts).join(people.lost, on="subject") if doubts else pl.DataFrame()
    if lost.height != people.rejected:
        raise BuildError(
            "count",
            f"{people.rejected} rows that no lookup can hold, and {lost.height} were set aside.",
            "This is a fault of the program: report it.",
        )
    lost = lost.with_columns(at=faults_at(lookups))
    write_sealed(folder / late_name(name), key.secret, lines_of(lost, "no-lookup"))
    return dict(Counter(lost["table"].to_list()))


def spilled_lines(spill: Path, key: SpillKey) -> Iterator[bytes]:
    """All lines, in pieces, those of the sources' own order first. Raises as `read_spill`."""
    yield from read_spill(spill / EARLY, key)
    for path in sorted(spill.glob(f"{late_name('')}*")):
        yield read_sealed(path, key.secret)


def lines_of(rows: pl.DataFrame, reason: str) -> bytes:
    """Lines for rows with `table`, `row`, `at` and `cells`."""
    ordered = rows.select("table", "row", pl.lit(reason).alias("reason"), "at", "cells")
    return ordered.write_ndjson().encode()


def _with_cells(table: int, rows: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.select(pl.concat_list(pl.all()).alias("cells"))
    return pl.DataFrame(
        {"row": rows["row"], "at": rows["at"], "cells": cells["cells"]}
    ).with_columns(table=pl.lit(table, pl.UInt32))


def _line(table: int, row: int, reason: str, raw: Raw) -> bytes:
    what = {"raw": _base64(raw)} if isinstance(raw, bytes) else {"cells": [*map(_cell, raw)]}
    record = {"table": table, "row": row, "reason": reason, "at": "", **what}
    return json.dumps(record, ensure_ascii=True).encode() + b"\n"


def _cell(cell: str | bytes) -> str | dict[str, str]:
    return {"raw": _base64(cell)} if isinstance(cell, bytes) else cell


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
