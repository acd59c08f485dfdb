"""Where tables start in a text file that has several, one below the other."""

import csv
import re
from collections.abc import Iterator
from typing import Final

from breachdesk.ingest._detect import Dialect
from breachdesk.ingest._layout import is_header
from breachdesk.ingest._stream import BLOCK, Content, head_of
from breachdesk.ingest._transcode import LONE_RETURN

MOST_SEARCHED: Final = 64 << 20
"""Files up to this size are searched for more tables before they are read."""
MOST_GAPS: Final = 2_000
"""Where so many blank lines are no gap between tables, blank lines mean nothing in this file."""
MOST_TABLES: Final = 200

_GAP: Final = re.compile(rb"\n(?:[ \t,;|]*\r?\n)+")
_AHEAD: Final = 1 << 16


def table_starts(content: Content, first: int, encoding: str, dialect: Dialect) -> list[int]:
    """Return where tables start: the first, and each other header below blank lines.

    The same header once more is a new page of the same table.
    """
    rows = _rows(head_of(content, BLOCK)[first:], encoding, dialect)
    header = next((row for row in rows if _names_columns(row)), None)
    if header is None or content.expanded > MOST_SEARCHED:
        return [first]
    starts = [first]
    for number, (place, lines) in enumerate(_gaps(content, dialect.mark)):
        if number >= MOST_GAPS or len(starts) >= MOST_TABLES:
            break
        below = _rows(lines, encoding, dialect)
        other = next((row for row in below if _names_columns(row)), None)
        if other is not None and other != header:
            header = other
            starts.append(place)
    return starts


def fields_of_line(line: str, dialect: Dialect) -> list[str]:
    """Return the fields of one record."""
    try:
        reader = csv.reader(
            [line],
            delimiter=dialect.mark,
            quotechar=dialect.quote or None,
            escapechar="\\" if dialect.escape else None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        )
        return next(reader, [""])
    except csv.Error:
        return line.split(dialect.mark)


def _names_columns(row: list[str]) -> bool:
    return len(row) > 1 and is_header(row)


def _gaps(content: Content, mark: str) -> Iterator[tuple[int, bytes]]:
    """Yield where a line follows blank ones, and the first lines from there."""
    one = b"\n" + mark.encode()
    signs = (b"\n\n", b"\n\r", b"\n ", one + one[1:], one + b"\n", one + b"\r")
    stream, buffer, start, final = content.open(), b"", 0, False
    try:
        while not final:
            block = stream.read(BLOCK)
            final = not block
            buffer += block
            sure = len(buffer) if final else max(len(buffer) - _AHEAD, 0)
            kept = sure
            for gap in _GAP.finditer(buffer) if any(map(buffer.__contains__, signs)) else ():
                if gap.end() >= sure:
                    kept = min(sure, gap.start())
                    break
                yield start + gap.end(), _three_lines(buffer, gap.end())
            start, buffer = start + kept, buffer[kept:]
    finally:
        stream.close()


def _three_lines(data: bytes, start: int) -> bytes:
    end = start
    for _ in range(3):
        found = data.find(b"\n", end, start + _AHEAD)
        if found < 0:
            break
        end = found + 1
    return data[start : end if end > start else start + _AHEAD]


def _rows(data: bytes, encoding: str, dialect: Dialect) -> list[list[str]]:
    """Return the first rows of some bytes, whatever of them decodes."""
    data = LONE_RETURN.sub(b" ", data if data.endswith(b"\n") else data + b"\n")
    records = dialect.splitter().split(data).head(50)
    return [
        fields_of_line(data[start:end].decode(encoding, "replace").rstrip("\r\n"), dialect)
        for start, end in zip(records.starts, records.ends, strict=True)
    ]
