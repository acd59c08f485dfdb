"""The mapping file: what a person says about the tables of the sources, and `inspect` proposes.

    [columns]                     one table, or several of the same columns
    "고객명" = "name"

    [reading]                     how to read it, where that is not found out
    skip = 3

or, where tables differ,

    [[tables]]
    file = "leak.zip"             a name or a pattern; so are the next two
    member = "members.csv"
    table = "Sheet1"
    ignore = true                 nobody is in it: it is not read
    [tables.columns]
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from breachdesk.incident import ITEMS
from breachdesk.ingest._mapping import Mapping, quoted
from breachdesk.ingest._source import Place, Reading
from breachdesk.ingest.errors import SourceError

QUESTION: Final = "?"
_ADDRESS: Final = ("file", "member", "table")
OPTIONS: Final = {
    "encoding": str,
    "delimiter": str,
    "quote": str,
    "escape": bool,
    "skip": int,
    "header_rows": int,
    "breaks_off": bool,
    "blank": list,
}


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What is said of the tables at some address. `mapping` None: they are left out."""

    file: str | None
    member: str | None
    table: str | None
    reading: Reading
    mapping: Mapping | None

    def covers(self, place: Place) -> bool:
        """Return whether the table is meant. A place without a table stands for all in it."""
        return (
            (self.file is None or _is_path(place.path, self.file))
            and (self.member is None or fnmatchcase(place.member, self.member))
            and (self.table is None or not place.table or fnmatchcase(place.table, self.table))
        )

    @property
    def address(self) -> str:
        """The address as messages show it."""
        said = zip(_ADDRESS, (self.file, self.member, self.table), strict=True)
        return ", ".join(f"{key} {quoted(text)}" for key, text in said if text is not None)


@dataclass(frozen=True, slots=True)
class MappingFile:
    """All that is said, in the order of the file: the first entry that covers a table counts."""

    path: Path
    tables: tuple[TableEntry, ...]

    def entry(self, place: Place) -> TableEntry | None:
        """Return what is said of a table."""
        return next((entry for entry in self.tables if entry.covers(place)), None)

    def reading(self, place: Place) -> Reading | None:
        """Return how to read what is at a place, None if all of it is left out."""
        if place.table:
            entry = self.entry(place)
            return Reading() if entry is None else entry.reading if entry.mapping else None
        covering = [entry for entry in self.tables if entry.covers(place)]
        kept = [entry.reading for entry in covering if entry.mapping]
        return kept[0] if kept else None if covering else Reading()

    def require_used(self, places: Iterable[Place]) -> None:
        """Raise SourceError if something is said of a table that is not there."""
        seen = list(places)
        for entry in self.tables:
            if entry.mapping and not any(self.entry(place) is entry for place in seen):
                raise bad_mapping(self.path, f"speaks of {entry.address}, which no source has")


def load_mapping(path: Path) -> MappingFile:
    """Read a mapping file. Raises SourceError naming the column that is wrong."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise bad_mapping(path, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise bad_mapping(path, "is not in UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise bad_mapping(path, f"is no valid TOML ({error})") from None
    tables = document.get("tables")
    if set(document) == {"tables"} and isinstance(tables, list) and tables:
        return MappingFile(path, tuple(_entries(path, tables)))
    if "columns" not in document or not set(document) <= {"columns", "reading"}:
        raise bad_mapping(path, "must have one table, [columns], or several, [[tables]]")
    mapping = _columns(path, document["columns"])
    return MappingFile(
        path, (TableEntry(None, None, None, _reading(path, document.get("reading", {})), mapping),)
    )


def bad_mapping(path: Path, what: str) -> SourceError:
    """Return the error for a mapping file that cannot be used."""
    return SourceError(
        "mapping-file",
        f"The mapping {path.name} {what}.",
        'Lines under [columns] look like "고객명" = "name"; breachdesk inspect FILE '
        "--write-mapping writes them.",
    )


def _entries(path: Path, tables: list[Any]) -> Iterator[TableEntry]:
    for table in tables:
        if not isinstance(table, dict) or not isinstance(table.get("file"), str):
            raise bad_mapping(path, "has an entry of [[tables]] without `file`")
        options = {key: value for key, value in table.items() if key in OPTIONS}
        ignored = table.get("ignore", False)
        known = {*_ADDRESS, *OPTIONS, "ignore", "columns"}
        strange = sorted(set(table) - known)
        if strange or not isinstance(ignored, bool):
            raise bad_mapping(path, f"says {' and '.join(strange) or 'ignore'} of a table")
        address = [table.get(key) for key in _ADDRESS]
        if not all(part is None or isinstance(part, str) for part in address):
            raise bad_mapping(path, "has an entry whose file, member or table is no text")
        mapping = None if ignored else _columns(path, table.get("columns"))
        yield TableEntry(address[0], address[1], address[2], _reading(path, options), mapping)


def _columns(path: Path, columns: object) -> Mapping:
    if not isinstance(columns, dict) or not columns:
        raise bad_mapping(path, "must have one table, [columns], for each table that is read")
    for name, code in columns.items():
        if code == QUESTION:
            raise bad_mapping(path, f"does not say yet what column {quoted(name)} holds")
        if not isinstance(code, str) or (code and code not in ITEMS):
            raise bad_mapping(path, f"gives column {quoted(name)} something that is no item")
    return Mapping(tuple(columns), tuple(code or None for code in columns.values()))


def _reading(path: Path, said: object) -> Reading:
    if not isinstance(said, dict):
        raise bad_mapping(path, "has a `reading` that is no table")
    for key, value in said.items():
        if not _is_option(key, value):
            raise bad_mapping(path, f"says {key} = … which is not understood")
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in said.items()
    }
    return Reading(**options)


def _is_option(key: str, value: object) -> bool:
    if key not in OPTIONS or type(value) is not OPTIONS[key]:
        return False
    if isinstance(value, list):
        return all(isinstance(text, str) for text in value)
    if key in {"delimiter", "quote"} and isinstance(value, str):
        most = 8 if key == "delimiter" else 1
        fits = len(value) <= most and value.isascii() and not set("\r\n\0") & set(value)
        return fits and (bool(value) or key == "quote")
    return not isinstance(value, int) or 0 <= value <= 10_000


def _is_path(path: Path, pattern: str) -> bool:
    """Return whether the last parts of the path are those of the pattern."""
    wanted = Path(pattern).parts
    parts = path.parts[-len(wanted) :] if wanted else ()
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
