"""JSON and JSON lines: every outermost array of objects is a table, nested values are columns.

A reading finds out the columns first: objects need not all have the same. Numbers keep their
digits; one written with an exponent has lost them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import ijson

from breachdesk.ingest._cells import EXACT
from breachdesk.ingest._detect import BOM, detect_encoding, utf16_order
from breachdesk.ingest._flatten import Flat, flatten
from breachdesk.ingest._json_stream import JsonStream
from breachdesk.ingest._json_tables import table_prefixes
from breachdesk.ingest._rows import AtByte, Broken, Row, RowSource
from breachdesk.ingest._source import LOST, MAX_COLUMNS, Place, Reading, Source
from breachdesk.ingest._stream import Content, head_of
from breachdesk.ingest._text_errors import empty, header_only, too_long
from breachdesk.ingest._transcode import Transcoded, to_utf8
from breachdesk.ingest.errors import SourceError

MAX_LINE: Final = 16 << 20
_START: Final = re.compile(rb'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"]|-?[0-9]|null|true|false|\]|$))')
_LINES: Final = re.compile(rb"\s*\{[^\n]*\}\s*\r?\n\s*\{")
_ONE_BYTE: Final = ("utf-8", "cp949")


def looks_like_json(head: bytes, ending: str) -> bool:
    """Return whether this is JSON or JSON lines."""
    if order := utf16_order(head):
        head = to_utf8(order)(head, False)  # noqa: FBT003
    head = head.removeprefix(BOM)
    if ending in {"json", "jsonl", "ndjson", "geojson"}:
        return head.lstrip()[:1] in {b"{", b"["}
    return _START.match(head) is not None and ending not in {"csv", "tsv", "sql"}


def open_json(content: Content, reading: Reading) -> Sequence[Source]:
    """Return the tables. Raises SourceError: damaged, empty, header-only, wrong-encoding."""
    head = head_of(content, 1 << 20)
    order = utf16_order(head)
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    encoding = order or detect_encoding(content, whole_lines, reading.encoding)
    if encoding not in _ONE_BYTE:
        content = Transcoded(content, lambda: [to_utf8(encoding)])
        head = to_utf8(encoding)(head, False)  # noqa: FBT003
    found = replace(reading, encoding=encoding)
    text = head.removeprefix(BOM)
    if not text.strip():
        raise empty(content.place)
    codec = encoding if encoding in _ONE_BYTE else "utf-8"
    if _LINES.match(text):
        return [_source(content, content.place, "JSON lines", found, _Lines(content, codec))]
    if codec != "utf-8":
        content = Transcoded(content, lambda: [to_utf8(codec)])
    prefixes = table_prefixes(content, text)
    if not prefixes:
        raise SourceError(
            "format",
            f"{content.place.label} is JSON without a list of objects: no rows.",
            "Name a file in which each person or record is one object of a list.",
        )
    places = [
        replace(content.place, table=prefix if len(prefixes) > 1 else "") for prefix in prefixes
    ]
    return [
        _source(
            content, place, "JSON", found, _Items(content, prefix, breaks_off=reading.breaks_off)
        )
        for place, prefix in zip(places, prefixes, strict=True)
    ]


def _source(
    content: Content, place: Place, kind: str, found: Reading, objects: "_Lines | _Items"
) -> RowSource:
    columns: dict[str, None] = {}
    rows = 0
    for _, flat in objects.read(lambda _: None):
        rows += 1
        if not isinstance(flat, Broken):
            columns |= dict.fromkeys(flat)
        if len(columns) > MAX_COLUMNS:
            raise SourceError(
                "too-large",
                f"{place.label} has objects with more than {MAX_COLUMNS} different names.",
                "Export it as a table with a column for each item.",
            )
    if not rows or not columns:
        raise header_only(place)
    names = tuple(columns)

    def read(at: AtByte) -> Iterator[Row]:
        for number, flat in objects.read(at):
            cells = flat if isinstance(flat, Broken) else [flat.get(name, "") for name in names]
            yield number, cells

    return RowSource(content, place, f"{kind}, {found.encoding}", names, found, read)


class _Lines:
    """An object a line. A line that is no object is a broken row."""

    def __init__(self, content: Content, encoding: str) -> None:
        self._content: Final = content
        self._encoding: Final = encoding

    def read(self, at: AtByte) -> Iterator[tuple[int, Flat | Broken]]:
        """Yield line numbers and objects."""
        number, rest = 0, b""
        stream = self._content.open()
        try:
            final = False
            while not final:
                block = stream.read(1 << 20)
                final = not block
                lines = (rest + block).removeprefix(b"" if number else BOM).split(b"\n")
                rest = b"" if final else lines.pop()
                at(stream.position)
                for line in lines:
                    number += 1
                    if line.strip():
                        found = self._object(line)
                        yield number, Broken(found, line) if isinstance(found, str) else found
                if len(rest) > MAX_LINE:
                    raise too_long(self._content.place, number + 1)
        finally:
            stream.close()

    def _object(self, line: bytes) -> Flat | str:
        try:
            text = line.decode(self._encoding)
        except UnicodeDecodeError:
            return "encoding"
        try:
            value = json.loads(text, parse_int=str, parse_float=_float, parse_constant=_nothing)
            flat = flatten(value) if isinstance(value, dict) else None
            # A lone surrogate (\\ud800) is no text.
            if flat is not None:
                "".join((*flat, *flat.values())).encode()
        except UnicodeEncodeError:
            return "encoding"
        except (ValueError, RecursionError):
            return "shape"
        return "shape" if flat is None else flat


class _Items:
    """The objects of an array of one JSON text."""

    def __init__(self, content: Content, prefix: str, *, breaks_off: bool) -> None:
        self._content: Final = content
        self._prefix: Final = prefix
        self._breaks_off: Final = breaks_off

    def read(self, at: AtByte) -> Iterator[tuple[int, Flat | Broken]]:
        """Yield the objects, numbered from 1."""
        stream = self._content.open()
        number = 0
        items = ijson.items(JsonStream(stream), self._prefix)
        try:
            while True:
                try:
                    value = next(items)
                except StopIteration:
                    return
                except (ijson.JSONError, ValueError, ArithmeticError, RecursionError):
                    if not self._breaks_off:
                        raise self._damaged(number + 1) from None
                    yield number + 1, Broken("shape", b"")
                    return
                number += 1
                if not number % 1000:
                    at(stream.position)
                flat = _flat(value)
                yield number, Broken(flat, _again(value)) if isinstance(flat, str) else flat
        finally:
            stream.close()

    def _damaged(self, number: int) -> SourceError:
        return SourceError(
            "damaged",
            f"{self._content.place.label} stops being JSON at object {number} or just after it.",
            "Get the whole file again; if no more of it is to be had, say `breaks_off = true` for "
            "it in the mapping, and what is broken is rejected and counted.",
        )


def _flat(value: object) -> Flat | str:
    if not isinstance(value, dict):
        return "shape"
    try:
        flat = flatten(value)
        if flat is not None:
            "".join((*flat, *flat.values())).encode()
    except UnicodeEncodeError:
        return "encoding"
    except (ValueError, RecursionError):
        return "shape"
    return "shape" if flat is None else flat


def _again(value: object) -> bytes:
    """Return a value as JSON writes it, for who repairs it."""
    try:
        return json.dumps(value, default=str).encode()
    except (ValueError, RecursionError):
        return b""


def _float(text: str) -> str:
    """Keep the digits of a number with a fraction or an exponent; mark those that are lost."""
    try:
        value = float(text)
    except (ValueError, OverflowError):
        return LOST
    if not abs(value) < EXACT:
        return LOST
    return str(int(value)) if value == int(value) else text


def _nothing(_: str) -> str:
    """NaN and infinity say nothing."""
    return ""
