"""Rejected rows for people: counted and masked, or written out whole for who repairs them."""

import csv
import os
import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TextIO

from breachdesk.ingest._detect import Dialect
from breachdesk.ingest._mapping import column_names
from breachdesk.ingest._mask import mask
from breachdesk.ingest._rejects_file import RejectedRow, RejectsFile
from breachdesk.ingest._rejects_head import RejectedTable
from breachdesk.ingest._source import Raw
from breachdesk.ingest._tables_in_text import fields_of_line
from breachdesk.ingest._transcode import MARK
from breachdesk.ingest.errors import SourceError
from breachdesk.keys import Unlock, open_folder, tell

LEADING: Final = ("row", "reason", "at")
"""The columns of an export before those of the table."""


@dataclass(frozen=True, slots=True)
class RejectsRequest:
    """Which rows: `reason` and `file` (a number, a name or a pattern) leave out all others."""

    path: Path
    keys: Path
    unlock: Unlock | None = field(default=None, repr=False)
    reason: str | None = None
    file: str | None = None

    def covers(self, table: RejectedTable) -> bool:
        """Whether the table is meant."""
        names = (str(table.number), table.place.path.name, table.place.label)
        return self.file is None or any(fnmatchcase(name, self.file) for name in names)


@dataclass(frozen=True, slots=True)
class TableCounts:
    """A table with rejected rows; `number` is that of its file in the build's report."""

    number: int
    file: str
    member: str
    table: str
    read: int
    rejected: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MaskedRow:
    """A rejected row. `cells` are masked, by the names of the columns; `*` are those beyond."""

    number: int
    label: str
    row: int
    reason: str
    at: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RejectsView:
    """What a build rejected."""

    release: int
    release_id: str
    incident: str
    tables: tuple[TableCounts, ...]
    rows: tuple[MaskedRow, ...]


def view_rejects(request: RejectsRequest, show: int) -> RejectsView:
    """Count all, and mask up to `show` rows, some of each table and reason.

    Raises `SourceError`, `KeysError`.
    """
    file, tables = _opened(request)
    return RejectsView(
        release=file.head.release,
        release_id=file.head.release_id,
        incident=file.head.incident,
        tables=tuple(_counts(table, request.reason) for table in tables.values()),
        rows=tuple(_masked(row, tables[row.table]) for row in _some(_rows(file, request), show)),
    )


def export_rejects(request: RejectsRequest, out: Path) -> int:
    """Write the rows of one table to a new CSV file, in plain, for its owner only; their number.

    Raises `SourceError`, `KeysError`, `OSError`; there is then no file.
    """
    file, tables = _opened(request)
    if len(tables) != 1:
        raise SourceError(
            "rejects-file",
            f"An export has the columns of one table, and {len(tables)} have such rows.",
            'Choose one with --file: its number, its name, or a pattern like "leak.zip/*".',
        )
    (table,) = tables.values()
    count = sum(_rejected(table, request.reason).values())
    tell(request.keys, "rejects.exported", {"release": file.head.release, "rows": count})
    with _new_file(out) as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow((*LEADING, *column_names(table.header)))
        for row in _rows(file, request):
            writer.writerow((row.row, row.reason, row.at, *readable(row.raw, table)))
    return count


def readable(raw: Raw, table: RejectedTable) -> list[str]:
    """The cells of a row as far as they can be read; what is no text in them becomes `\ufffd`."""
    found = table.reading
    encoding = found.encoding or "utf-8"
    encoding = "utf-8" if encoding.startswith("utf-16") else encoding
    if not isinstance(raw, bytes):
        return [one.decode(encoding, "replace") if isinstance(one, bytes) else one for one in raw]
    text = raw.decode(encoding, "replace")
    if found.delimiter is None:
        return [text]
    dialect = Dialect(found.delimiter, found.quote or "", escape=bool(found.escape))
    if len(dialect.delimiter) > 1:
        text = text.replace(dialect.delimiter, MARK.decode())
    return fields_of_line(text, dialect)


def _opened(request: RejectsRequest) -> tuple[RejectsFile, dict[int, RejectedTable]]:
    """The file, and the tables with such rows by number in it. The folder's log is told."""
    file = _file(request)
    tell(request.keys, "rejects.opened", {"release": file.head.release})
    tables = {
        number: table
        for number, table in enumerate(file.head.tables)
        if request.covers(table) and _rejected(table, request.reason)
    }
    if not tables:
        raise SourceError(
            "rejects-file",
            "No rejected row is of that file and reason.",
            "Run it without --file and --reason to see what there is.",
        )
    return file, tables


def _file(request: RejectsRequest) -> RejectsFile:
    return RejectsFile(
        request.path, open_folder(request.keys, only=("rejects",), unlock=request.unlock)
    )


def _rejected(table: RejectedTable, reason: str | None) -> dict[str, int]:
    return {why: n for why, n in table.rejected.items() if n and reason in {None, why}}


def _counts(table: RejectedTable, reason: str | None) -> TableCounts:
    place = table.place
    rejected = _rejected(table, reason)
    return TableCounts(
        table.number, place.path.name, place.member, place.table, table.read, rejected
    )


def _rows(file: RejectsFile, request: RejectsRequest) -> Iterator[RejectedRow]:
    for row in file.rows():
        if request.covers(file.head.tables[row.table]) and request.reason in {None, row.reason}:
            yield row


def _some(rows: Iterator[RejectedRow], show: int) -> list[RejectedRow]:
    """Up to `show` rows, taken from each table and reason in turn, in the order of the file."""
    groups: dict[tuple[int, str], deque[RejectedRow]] = {}
    for row in rows:
        group = groups.setdefault((row.table, row.reason), deque())
        if len(group) < show:
            group.append(row)
    chosen: list[RejectedRow] = []
    while len(chosen) < show and any(groups.values()):
        chosen += [group.popleft() for group in groups.values() if group]
    return sorted(chosen[:show], key=lambda row: (row.table, row.row))


def _masked(row: RejectedRow, table: RejectedTable) -> MaskedRow:
    names, cells = column_names(table.header), readable(row.raw, table)
    extra = len(cells) - len(names)
    columns = zip((*names, *["*"] * extra), (*table.columns, *[None] * extra), strict=True)
    masked = [(name, mask(code, cell)) for (name, code), cell in zip(columns, cells, strict=False)]
    return MaskedRow(table.number, table.place.label, row.row, row.reason, row.at, tuple(masked))


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A file that appears under its name when it is whole. A spreadsheet knows it as UTF-8."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 (a descriptor)
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            raise SourceError(
                "rejects-file",
                f"{path.name} exists already and is not overwritten.",
                "Name a new file.",
            ) from None
    finally:
        part.unlink(missing_ok=True)
