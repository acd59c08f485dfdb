"""What a file of rejected rows says first: which build, which tables, how they were read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from breachdesk.incident import ITEMS
from breachdesk.ingest._source import MAX_COLUMNS, Place, Reading
from breachdesk.ingest.errors import SourceError

FORMAT: Final = "breachdesk/rejects/v1"
_MOST_TABLES: Final = 100_000


@dataclass(frozen=True, slots=True)
class RejectedTable:
    """A table of the sources. `file` is its path as it was named, `number` that of the file, from 1
    in the order given to `release`, which took it in.

    `header` and `columns` (items) are what the build took them for; `read` counts its rows, and
    `rejected` those in this file by reason.
    """

    release: int
    number: int
    file: str
    member: str
    table: str
    layout: str
    header: tuple[str, ...]
    columns: tuple[str | None, ...]
    reading: Reading
    read: int
    rejected: Mapping[str, int]

    @property
    def place(self) -> Place:
        """Where the table is, or was."""
        return Place(Path(self.file), self.member, self.table)


@dataclass(frozen=True, slots=True)
class RejectsHead:
    """The build that rejected the rows, and the tables that they were in."""

    format: str
    release: int
    release_id: str
    incident: str
    tables: tuple[RejectedTable, ...]


def head_from(line: bytes, path: Path) -> RejectsHead:
    """Read the first line. Raises `SourceError` unless it is whole and nothing else."""
    try:
        said = json.loads(line)
        tables = tuple(table_from(one) for one in said.pop("tables"))
        head = RejectsHead(**said, tables=tables)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged(path) from None
    texts = (head.format, head.release_id, head.incident)
    if not all(isinstance(text, str) for text in texts) or type(head.release) is not int:
        raise damaged(path)
    if head.format != FORMAT or len(tables) > _MOST_TABLES:
        raise damaged(path)
    return head


def table_from(said: dict[str, Any]) -> RejectedTable:
    """A table of JSON. Raises `ValueError`, `KeyError` or `TypeError` for what cannot be one."""
    reading = said.pop("reading")
    reading = Reading(**{**reading, "blank": tuple(reading["blank"])})
    columns, header = tuple(said.pop("columns")), tuple(said.pop("header"))
    table = RejectedTable(**said, columns=columns, header=header, reading=reading)
    texts = (table.file, table.member, table.table, table.layout, *header, *reading.blank)
    numbers = (table.release, table.number, table.read, *table.rejected.values())
    options = [getattr(reading, one.name) for one in fields(reading) if one.name != "blank"]
    if (
        not all(isinstance(text, str) for text in texts)
        or not all(type(number) is int and number >= 0 for number in numbers)
        or not all(code is None or code in ITEMS for code in columns)
        or not all(isinstance(option, str | int | None) for option in options)
        or not 0 < len(header) == len(columns) <= MAX_COLUMNS
    ):
        raise ValueError("a table that cannot be")
    return table


def damaged(path: Path) -> SourceError:
    """The error for a file that was sealed to this key and is not what a build writes."""
    return SourceError(
        "rejects-file",
        f"{path.name} was changed or cut short, or is of another version.",
        "Restore it from a copy, or build from the sources again: they still have these rows.",
    )
