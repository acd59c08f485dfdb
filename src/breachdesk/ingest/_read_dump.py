"""SQL dumps: MySQL's and others' INSERT, PostgreSQL's COPY. Each table of the dump is a table.

A first reading finds the tables and their columns; each table is then read by itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from breachdesk.ingest._detect import BOM, detect_encoding, utf16_order
from breachdesk.ingest._dump_rows import Cells, Grammar, RowScanner, copy_cells, decoded
from breachdesk.ingest._dump_schema import columns_of_create
from breachdesk.ingest._dump_text import DumpText
from breachdesk.ingest._rows import AtByte, Broken, Row, Rows, RowSource
from breachdesk.ingest._source import Place, Reading, Source
from breachdesk.ingest._stream import Content, head_of
from breachdesk.ingest._text_errors import header_only, truncated
from breachdesk.ingest._transcode import Transcoded, to_utf8
from breachdesk.ingest.errors import SourceError

MOST_TABLES: Final = 2_000
_START: Final = re.compile(
    rb"\s*(?:--|/\*|#|SET\b|CREATE\b|DROP\b|INSERT\b|REPLACE\b|COPY\b|BEGIN\b|START\b|USE\b|LOCK\b"
    rb"|PRAGMA\b|SELECT\b|ALTER\b|\\connect)",
    re.IGNORECASE,
)
_SURE: Final = re.compile(
    rb"(?:^|\n)\s*(?:INSERT\s+(?:IGNORE\s+)?INTO\b|REPLACE\s+INTO\b|COPY\s+[^\n;]+\sFROM\s+stdin"
    rb"|CREATE\s+TABLE\b)",
    re.IGNORECASE,
)
_MYSQL: Final = re.compile(rb"`|ENGINE\s*=|MySQL|MariaDB|LOCK TABLES", re.IGNORECASE)
_NAME: Final = rb"(?:[`\"\[]?[\w$\x80-\xff -]+[`\"\]]?\.)*[`\"\[]?[\w$\x80-\xff-]+[`\"\]]?"
_LIST: Final = rb"\s*(?:\(([^()]*)\))?\s*"
_INSERT: Final = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:IGNORE\s+|LOW_PRIORITY\s+|DELAYED\s+)*(?:INTO\s+)?(" + _NAME + rb")"
    + _LIST + rb"(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES?\s*(?=\()",
    re.IGNORECASE,
)  # fmt: skip
_COPY: Final = re.compile(
    rb"COPY\s+(" + _NAME + rb")" + _LIST + rb"FROM\s+stdin\b([^;\n]*);?[^\n]*\n", re.IGNORECASE
)
_CREATE: Final = re.compile(
    rb"CREATE\s+(?:TEMPORARY\s+|UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(" + _NAME
    + rb")\s*\((?:[^;'\"`]++|'(?:[^']++|'')*+'|\"[^\"]*+\"|`[^`]*+`)*+;",
    re.IGNORECASE,
)  # fmt: skip
_BLANK: Final = re.compile(
    rb"(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|/\*[\s\S]*?\*/;?|;|\\\\[^\n]*(?:\n|$)|GO\s*(?:\n|$))+"
)
_HARMLESS: Final = re.compile(
    rb"(?:ALTER|ANALY[SZ]E|BEGIN|CALL|COMMENT|COMMIT|CREATE|DBCC|DECLARE|DEFINE|DELETE|DELIMITER|DO"
    rb"|DROP|END|EXEC(?:UTE)?|EXIT|FLUSH|GRANT|IF|LOCK|OPTIMIZE|PRAGMA|PREPARE|PRINT|PROMPT|REFRESH"
    rb"|REINDEX|REM|REVOKE|ROLLBACK|SAVEPOINT|SECURITY|SELECT|SET|SHOW|SPOOL|START|TRUNCATE|UNLOCK"
    rb"|UPDATE|USE|VACUUM|WHENEVER|WITH)\b",
    re.IGNORECASE,
)
"""What a statement without rows begins with. Of any other it is not known what would be lost."""

_QUOTES: Final = b'`"[]'


Statement = tuple[str, list[str], Iterator[Cells]]

_AHEAD: Final = 1 << 16
_Cell = TypeVar("_Cell", str, bytes)


@dataclass(slots=True)
class _Table:
    """What a first reading found of a table."""

    columns: list[str] = field(default_factory=list)
    rows: int = 0


def looks_like_dump(head: bytes, ending: str) -> bool:
    """Return whether this is SQL with tables in it."""
    if order := utf16_order(head):
        head = to_utf8(order)(head, False)  # noqa: FBT003
    head = head.removeprefix(BOM)
    if ending in {"csv", "tsv", "json", "jsonl"}:
        return False
    return _START.match(head) is not None and (ending == "sql" or _SURE.search(head) is not None)


def open_dump(content: Content, reading: Reading) -> Sequence[Source]:
    """Return the tables that have rows. Raises SourceError: header-only, format, damaged."""
    head = head_of(content, 1 << 20)
    order = utf16_order(head)
    lines = head[: head.rfind(b"\n") + 1] or head
    encoding = order or detect_encoding(content, lines, reading.encoding)
    if order:
        content = Transcoded(content, lambda: [to_utf8(order)])
    codec = "utf-8" if order else encoding
    mysql = _MYSQL.search(head) is not None
    dump = _Dump(content, codec, reading, mysql=mysql)
    tables = dump.tables()
    filled = {name: table for name, table in tables.items() if table.rows}
    if not filled:
        raise header_only(content.place)
    found = replace(reading, encoding=encoding)
    kind = f"SQL dump ({'MySQL' if mysql else 'standard'}), {encoding}"
    return [
        RowSource(
            content,
            replace(content.place, table=name if len(filled) > 1 else ""),
            kind,
            tuple(table.columns),
            found,
            dump.reading(name, tuple(table.columns)),
        )
        for name, table in filled.items()
    ]


class _Dump:
    """A dump that is read once for its tables, and once for each that is wanted."""

    def __init__(self, content: Content, encoding: str, reading: Reading, *, mysql: bool) -> None:
        self._content: Final = content
        self._encoding: Final = encoding
        self._breaks_off: Final = reading.breaks_off
        self._dialect: Final = "mysql" if mysql else "postgres"
        self._scanner: Final = RowScanner(Grammar(backslash=mysql))

    def tables(self) -> dict[str, _Table]:
        """Return every table by name."""
        tables: dict[str, _Table] = {}
        for name, columns, rows in self._walk(lambda _: None):
            table = tables.setdefault(name, _Table())
            if len(tables) > MOST_TABLES:
                raise _too_many(self._content.place)
            table.columns += [one for one in dict.fromkeys(columns) if one not in table.columns]
            for cells in rows:
                table.rows += 1
                if not table.columns and cells and isinstance(cells, list):
                    table.columns = [""] * len(cells)
        return tables

    def reading(self, wanted: str, header: tuple[str, ...]) -> Rows:
        """Return what reads one table."""

        def read(at: AtByte) -> Iterator[Row]:
            found = (
                (cells, _order(columns, header))
                for name, columns, rows in self._walk(at, wanted)
                if name == wanted
                for cells in rows
            )
            for number, (cells, order) in enumerate(found, 1):
                yield number, self._row(cells, order)

        return read

    def _row(self, cells: Cells, order: list[int] | None) -> list[str] | Broken:
        """Return the cells in the order of the header, or why there are none."""
        if isinstance(cells, bytes):
            return Broken("shape", cells)
        texts = decoded(cells, self._encoding)
        if texts is None:
            return Broken("encoding", tuple(_in_order(cells, order, b"")))
        if order is None:
            return texts
        if len(texts) != sum(place >= 0 for place in order):
            return Broken("shape", tuple(texts))
        return _in_order(texts, order, "")

    def _walk(self, at: AtByte, wanted: str | None = None) -> Iterator[Statement]:
        """Yield what the dump says of tables: name, columns, rows, which must be taken."""
        stream = self._content.open()
        text = DumpText(stream, self._content.place)
        try:
            text.more()
            text.place = len(BOM) if text.data.startswith(BOM) else 0
            while not text.ended():
                at(text.position)
                text.ahead(_AHEAD)
                if blank := _BLANK.match(text.data, text.place):
                    text.place = blank.end()
                elif found := _INSERT.match(text.data, text.place):
                    yield from self._insert(text, found, wanted)
                elif found := _COPY.match(text.data, text.place):
                    yield from self._copy(text, found, wanted)
                else:
                    yield from self._other(text)
        finally:
            stream.close()

    def _insert(
        self, text: DumpText, found: re.Match[bytes], wanted: str | None
    ) -> Iterator[Statement]:
        name = self._name(found[1])
        text.place = found.end()
        if wanted is not None and name != wanted:
            self._scanner.pass_over(text)
            return
        yield name, self._columns(found[2]), self._whole(self._scanner.rows(text), text)

    def _copy(
        self, text: DumpText, found: re.Match[bytes], wanted: str | None
    ) -> Iterator[Statement]:
        name = self._name(found[1])
        text.place = found.end() - 1
        if b"csv" in found[3].lower() or b"binary" in found[3].lower():
            raise _not_text(self._content.place)
        if wanted is not None and name != wanted:
            text.passes(b"\n\\.")
            return
        text.place += 1
        yield name, self._columns(found[2]), self._lines(text)

    def _other(self, text: DumpText) -> Iterator[Statement]:
        """Pass over another statement; CREATE TABLE says what columns there are."""
        start = text.place
        found = _CREATE.match(text.data, start)
        if found is None:
            if not _HARMLESS.match(text.data, start):
                raise _strange(self._content.place)
            self._scanner.pass_over(text)
            return
        text.place = found.end()
        statement = found[0].decode(self._encoding, "replace")
        yield self._name(found[1]), columns_of_create(statement, self._dialect), iter(())

    def _whole(self, rows: Iterator[Cells], text: DumpText) -> Iterator[Cells]:
        """The same rows; the last one may be broken only if that was said."""
        for number, cells in enumerate(rows, 1):
            if isinstance(cells, bytes) and text.ended() and not self._breaks_off:
                raise truncated(self._content.place, number)
            yield cells

    def _lines(self, text: DumpText) -> Iterator[Cells]:
        number = 0
        while True:
            end = text.data.find(b"\n", text.place)
            if end < 0 and text.more():
                continue
            line = text.data[text.place : end if end >= 0 else len(text.data)].removesuffix(b"\r")
            text.place = end + 1 if end >= 0 else len(text.data)
            if line == b"\\.":
                return
            number += 1
            if end < 0:
                if not self._breaks_off:
                    raise truncated(self._content.place, number)
                yield line
                return
            yield copy_cells(line)

    def _name(self, name: bytes) -> str:
        return name.translate(None, _QUOTES).decode(self._encoding, "replace").strip()

    def _columns(self, listed: bytes | None) -> list[str]:
        if listed is None:
            return []
        return [self._name(name) for name in listed.split(b",")]


def _order(columns: list[str], header: tuple[str, ...]) -> list[int] | None:
    """Return where each column of the header is in a row, -1 where it is not.

    Empty for a statement that names a column twice, which no row fits.
    """
    if not columns or tuple(columns) == header:
        return None
    if len(set(columns)) < len(columns):
        return []
    return [columns.index(name) if name in columns else -1 for name in header]


def _in_order(cells: list[_Cell], order: list[int] | None, nothing: _Cell) -> list[_Cell]:
    """Return the cells in the order of the header, as they are where that is not known."""
    if order is None or len(cells) != sum(place >= 0 for place in order):
        return cells
    return [cells[place] if place >= 0 else nothing for place in order]


def _too_many(place: Place) -> SourceError:
    return SourceError(
        "too-large",
        f"{place.label} has more than {MOST_TABLES} tables.",
        "Dump the tables that people are in, and leave out the others.",
    )


def _strange(place: Place) -> SourceError:
    return SourceError(
        "damaged",
        f"{place.label} has a statement that is not understood, in which there may be rows.",
        "Get the dump again; or dump only the tables that people are in, without routines.",
    )


def _not_text(place: Place) -> SourceError:
    return SourceError(
        "format",
        f"{place.label} has COPY in the csv or binary format.",
        "Dump it again with pg_dump as it is, or export the table as CSV.",
    )
