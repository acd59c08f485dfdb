"""Open a text file: which tables are in it, and how each is written."""

from dataclasses import replace

from breachdesk.ingest._detect import (
    BOM,
    Dialect,
    detect_dialect,
    detect_encoding,
    encoding_named,
    utf16_order,
    wrong_encoding,
)
from breachdesk.ingest._layout import SAMPLE, Layout, find_layout
from breachdesk.ingest._read import Extent, TextSource
from breachdesk.ingest._source import MAX_COLUMNS, Place, Reading
from breachdesk.ingest._split import Records
from breachdesk.ingest._stream import Content, head_of
from breachdesk.ingest._tables_in_text import fields_of_line, table_starts
from breachdesk.ingest._text_errors import (
    MAX_RECORD,
    empty,
    header_only,
    nul_byte,
    too_long,
    truncated,
)
from breachdesk.ingest._transcode import (
    LONE_RETURN,
    Step,
    Transcoded,
    returns_to_breaks,
    to_mark,
    to_utf8,
)
from breachdesk.ingest.errors import SourceError


def open_text(content: Content, reading: Reading) -> list[TextSource]:
    """Find out encoding, dialect and header of each table. Errors further on come later.

    Raises SourceError for what cannot be read, is empty, has no rows, or is in another encoding.
    """
    declared = encoding_named(reading.encoding) if reading.encoding else None
    raw = head_of(content, MAX_RECORD + 1)
    order = utf16_order(raw) if declared in {None, "utf-16-le", "utf-16-be"} else None
    if not declared and order is None and raw[:200].count(0) > 50:
        raise nul_byte(content.place, 0)
    wide = order or (declared if declared and declared.startswith("utf-16") else None)
    content, encoding = _as_bytes_of_text(content, wide, raw, declared)
    head = _head(content, 0)
    mark = len(BOM) if head.startswith(BOM) else 0
    found = encoding or detect_encoding(content, head, declared)
    dialect = _dialect(LONE_RETURN.sub(b" ", head[mark:]), reading)
    if len(dialect.delimiter) > 1:
        delimiter = dialect.delimiter.encode()
        content = Transcoded(content, lambda: [to_mark(delimiter)])
    named = replace(reading, encoding=wide or found)
    starts = table_starts(content, mark, found, dialect)
    if len(starts) == 1:
        return [_open_one(content, mark, None, found, dialect, named)]
    ends = [*starts[1:], None]
    tables = (
        _open_with_rows(content, start, end, found, dialect, named)
        for start, end in zip(starts, ends, strict=True)
    )
    return [table.numbered(number) for number, table in enumerate(filter(None, tables), 1)]


def _open_with_rows(
    content: Content,
    start: int,
    end: int | None,
    encoding: str,
    dialect: Dialect,
    reading: Reading,
) -> TextSource | None:
    """Return one of several tables, None if it has no rows and so nobody in it."""
    try:
        return _open_one(content, start, end, encoding, dialect, reading)
    except SourceError as error:
        if error.kind in {"header-only", "empty"}:
            return None
        raise


def _as_bytes_of_text(
    content: Content, wide: str | None, raw: bytes, declared: str | None
) -> tuple[Content, str | None]:
    """Return the content in bytes that can be split, and its encoding if that is known."""
    steps: list[Step] = []
    if wide:
        steps.append(to_utf8(wide))
        sample = to_utf8(wide)(raw[: len(raw) & ~1], False)  # noqa: FBT003
        if 2 * sample.count(b"\xed\xb3\xbf") > len(sample) // 8:
            raise wrong_encoding(content.place, raw, declared)
        raw = sample
    if b"\n" not in raw and b"\r" in raw.rstrip(b"\r\0"):
        steps.append(returns_to_breaks)
    if not steps:
        return content, None
    again = (lambda: [to_utf8(wide), *steps[1:]]) if wide else (lambda: steps)
    return Transcoded(content, again), "utf-8" if wide else None


def _head(content: Content, start: int) -> bytes:
    """Return the first whole lines, one MiB at most, with a line break at the end."""
    head = _read_from(content, start, MAX_RECORD + 1)
    more = len(head) > MAX_RECORD
    head = head[:MAX_RECORD]
    if not head.removeprefix(BOM).strip():
        raise empty(content.place)
    if not more:
        return head if head.endswith(b"\n") else head + b"\n"
    if b"\n" not in head:
        raise too_long(content.place, 0)
    return head[: head.rfind(b"\n") + 1]


def _read_from(content: Content, start: int, size: int) -> bytes:
    stream, parts, left = content.open(), [], start + size
    try:
        while left > 0 and (block := stream.read(min(left, 1 << 20))):
            parts.append(block)
            left -= len(block)
            if sum(map(len, parts)) <= start and len(parts) > 1:
                start -= len(parts.pop(0))
    finally:
        stream.close()
    return b"".join(parts)[start : start + size]


def _dialect(head: bytes, reading: Reading) -> Dialect:
    """Return the dialect that was found, with what is said instead."""
    found = detect_dialect(head) if reading.delimiter is None else Dialect(",", '"', escape=False)
    delimiter = found.delimiter if reading.delimiter is None else reading.delimiter
    quote = found.quote if reading.quote is None else reading.quote
    escape = found.escape if reading.escape is None else reading.escape
    return Dialect(delimiter, quote, escape=escape)


def _open_one(
    content: Content,
    start: int,
    end: int | None,
    encoding: str,
    dialect: Dialect,
    reading: Reading,
) -> TextSource:
    head = LONE_RETURN.sub(b" ", _head(content, start))
    if end is not None:
        head = head[: end - start]
    records = dialect.splitter().split(head)
    _check_rows(content.place, head, records)
    rows = _sample(head, records, encoding, dialect, content.place)
    layout = find_layout(rows, reading)
    above = layout.skip + layout.header_rows
    _check_layout(content.place, head, records, layout)
    body = start + (int(records.ends[above - 1]) if above else 0)
    found = replace(
        reading,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        skip=layout.skip,
        header_rows=layout.header_rows,
    )
    extent = Extent(start, body, end)
    return TextSource(content, content.place, extent, encoding, dialect, layout.header, found)


def _check_rows(place: Place, head: bytes, records: Records) -> None:
    """Check that there is a row."""
    if b"\0" in head[: int(records.ends[0]) if len(records.ends) else None]:
        raise nul_byte(place, 0)
    if records.starts.is_empty():
        raise too_long(place, 0) if len(head) > MAX_RECORD // 2 else truncated(place, 0)


def _check_layout(place: Place, head: bytes, records: Records, layout: Layout) -> None:
    """Check that something is below the header."""
    above = layout.skip + layout.header_rows
    if len(records.starts) <= above and not head[records.used :].strip():
        raise header_only(place)
    if len(layout.header) > MAX_COLUMNS:
        raise SourceError(
            "too-large",
            f"{place.label} has {len(layout.header)} columns; {MAX_COLUMNS} are the most.",
            "Look whether it is delimited as was found; say `delimiter` in the mapping if not.",
        )


def _sample(
    head: bytes, records: Records, encoding: str, dialect: Dialect, place: Place
) -> list[list[str]]:
    """Return the first rows, "" for a row that does not decode or is very long."""
    rows: list[list[str]] = []
    for index, (start, end) in enumerate(
        zip(records.starts[:SAMPLE], records.ends[:SAMPLE], strict=True)
    ):
        if end - start > MAX_RECORD // 16:
            if index == 0:
                raise too_long(place, 0)
            rows.append([""])
            continue
        try:
            line = head[start:end].decode(encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            if index == 0:
                raise wrong_encoding(place, head[start:end], encoding) from None
            rows.append([""])
            continue
        rows.append(fields_of_line(line, dialect))
    return rows
