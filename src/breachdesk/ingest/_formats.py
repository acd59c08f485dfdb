"""Which reader a content gets: its first bytes decide, and its name's ending where they do not."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from breachdesk.ingest._open_text import open_text
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._read_dump import looks_like_dump, open_dump
from breachdesk.ingest._read_json import looks_like_json, open_json
from breachdesk.ingest._read_parquet import open_parquet
from breachdesk.ingest._read_workbook import open_workbook
from breachdesk.ingest._source import Place, Reading, Source
from breachdesk.ingest._stream import Content
from breachdesk.ingest._text_errors import empty
from breachdesk.ingest._unpack import DAMAGE, gunzipped, zip_members
from breachdesk.ingest.errors import SourceError

HEAD: Final = 1 << 16

ReadingOf = Callable[[Place], Reading | None]
"""How to read what is at a place; None to leave it out."""

Opener = Callable[[Content, Reading], Sequence[Source]]

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE: Final = ("word/", "ppt/", "Contents/section", "META-INF/MANIFEST.MF")
_KNOWN: Final = (
    (b"Rar!", "a RAR archive", "Unpack it to an encrypted disk and name the unpacked files."),
    (b"BZh", "packed with bzip2", "Unpack it (bunzip2) to an encrypted disk first."),
    (b"\xfd7zXZ", "packed with xz", "Unpack it (unxz) to an encrypted disk first."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Unpack it (unzstd) to an encrypted disk first."),
    (b"SQLite format 3", "an SQLite database", "Export its tables with `.dump` or as CSV."),
    (b"%PDF", "a PDF document", "Get the data it was made from: a PDF holds pages, no tables."),
    (b"PGDMP", "a PostgreSQL dump in custom format", "Write it as SQL: `pg_restore -f dump.sql`."),
    (b"\x89PNG", "a picture", "Name a file of data."),
    (b"\xff\xd8\xff", "a picture", "Name a file of data."),
    (b"Obj\x01", "an Avro file", "Export it as Parquet or CSV."),
    (b"ORC", "an ORC file", "Export it as Parquet or CSV."),
)
_HTML: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|table|\?xml|meta|style)", re.I
)


@dataclass(frozen=True, slots=True)
class Format:
    """A format with tables in it. `matches` gets the first bytes and the name's ending."""

    name: str
    matches: Callable[[bytes, str], bool]
    open: Opener


FORMATS: Final = (
    Format("workbook", lambda head, _: head.startswith((*_ZIP, _COMPOUND)), open_workbook),
    Format("parquet", lambda head, _: head.startswith(b"PAR1"), open_parquet),
    Format("json", looks_like_json, open_json),
    Format("dump", looks_like_dump, open_dump),
    Format("text", lambda head, _: bool(head), open_text),
)


def members_of(content: Content, head: bytes, passwords: Passwords) -> Iterable[Content] | None:
    """Return what is packed in the content, None if nothing is. Raises SourceError."""
    if head.startswith(b"\x1f\x8b"):
        return [gunzipped(content)]
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        # Imported for such archives only: its library takes long to load.
        from breachdesk.ingest._unpack_7z import seven_members  # noqa: PLC0415

        return seven_members(content, passwords)
    if head.startswith(_ZIP) and _zip_kind(content) == "archive":
        return zip_members(content, passwords)
    return None


def open_tables(content: Content, head: bytes, reading_of: ReadingOf) -> Iterator[Source]:
    """Yield the tables of a content that is not packed. Raises SourceError."""
    _refuse_known(content, head)
    ending = Path(content.place.member or content.place.path.name).suffix.lower().lstrip(".")
    found = next((one for one in FORMATS if one.matches(head, ending)), None)
    if found is None:
        raise empty(content.place)
    reading = reading_of(content.place)
    if reading is None:
        return
    tables = found.open(content, reading)
    for table in tables:
        own = reading_of(table.place)
        if own is None:
            continue
        yield table if own == reading else _reopened(found, content, own, table.place)


def too_deep(place: Place) -> SourceError:
    """Return the error for archives in archives without end."""
    return SourceError(
        "bomb",
        f"{place.label} is an archive in an archive in an archive.",
        "Unpack the outer ones to an encrypted disk and name what was in them.",
    )


def _reopened(found: Format, content: Content, reading: Reading, place: Place) -> Source:
    """Return one of several tables as its own entry in the mapping says to read it."""
    return next(table for table in found.open(content, reading) if table.place == place)


def _zip_kind(content: Content) -> str:
    """Return `workbook`, `document` or `archive` for what is a ZIP file."""
    with content.seekable() as file:
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
                kind = archive.open("mimetype").read(200) if "mimetype" in names else b""
        except DAMAGE:
            return "archive"
    if b"opendocument.spreadsheet" in kind or {"xl/workbook.xml", "xl/workbook.bin"} & set(names):
        return "workbook"
    return "document" if kind or any(name.startswith(_OFFICE) for name in names) else "archive"


def _refuse_known(content: Content, head: bytes) -> None:
    """Raise SourceError for what is known to hold no table, or none that can be read here."""
    place = content.place
    for magic, what, fix in _KNOWN:
        if head.startswith(magic):
            raise SourceError("format", f"{place.label} is {what}.", fix)
    if head[257:262] == b"ustar":
        fix = "Unpack it to an encrypted disk and name the unpacked files."
        raise SourceError("format", f"{place.label} is a tar archive.", fix)
    if head.startswith(_ZIP) and _zip_kind(content) == "document":
        fix = "Copy the table into a spreadsheet, or export it as CSV."
        raise SourceError("format", f"{place.label} is a document, and no table.", fix)
    if _HTML.match(head):
        raise SourceError(
            "format",
            f"{place.label} is a web page or XML, whatever its name says.",
            "Open it in a spreadsheet program and save it as XLSX or CSV.",
        )
