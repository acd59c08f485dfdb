"""Workbooks: XLSX, XLS, ODS. Each sheet with something in it is a table.

The file is opened in a process of its own (`_workbook_child`), which sends rows. Row numbers are
those that the spreadsheet shows.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from breachdesk.ingest._bounds import Bounds
from breachdesk.ingest._layout import find_layout, is_footer, names_of
from breachdesk.ingest._rows import AtByte, Broken, Row, RowSource
from breachdesk.ingest._source import LOST, MAX_COLUMNS, Place, Reading, Source
from breachdesk.ingest._stream import Content, SourceFile
from breachdesk.ingest._text_errors import header_only
from breachdesk.ingest._zip_check import check_zip
from breachdesk.ingest.errors import SourceError

_CHILD: Final = Path(__file__).with_name("_workbook_child.py")
_PATIENCE: Final = 600.0
"""Seconds without a word after which a workbook is taken to be damaged."""
_LOOKED_AT: Final = 3


def open_workbook(content: Content, reading: Reading) -> Sequence[Source]:
    """Return the sheets that have rows. Raises SourceError: damaged, password, header-only, …"""
    check_zip(content, Bounds(content.place, content.size))
    with contextlib.closing(_ask(content, "look")) as answers:
        sheets: list[dict[str, Any]] = next(answers)["sheets"]
    filled = [sheet for sheet in sheets if sheet["head"]]
    if not filled:
        raise SourceError(
            "empty",
            f"{content.place.label} has no sheet with anything in it.",
            "Check that the right file was copied completely.",
        )
    several = len(filled) > 1
    tables = [_open_sheet(content, sheet, reading, several=several) for sheet in filled]
    rows = [table for table in tables if table is not None]
    if not rows:
        raise header_only(content.place)
    return rows


def _open_sheet(
    content: Content, sheet: dict[str, Any], reading: Reading, *, several: bool
) -> Source | None:
    """Return a sheet as a table, None if nothing is below its header."""
    place = replace(content.place, table=sheet["name"] if several else "")
    head = [_cells(row, sheet["width"]) for _, row in sheet["head"]]
    if sheet["width"] > MAX_COLUMNS:
        raise _error(place, "too-large")
    layout = find_layout(head, reading)
    above = layout.skip + layout.header_rows
    if len(head) <= above:
        return None
    numbers = [number for number, _ in sheet["head"]]
    named = range(layout.skip, above)
    header = layout.header
    if sheet["merged"] and layout.header_rows > 1:
        rows = [_spread(head[n], numbers[n], sheet) for n in named]
        header = names_of(rows, len(header), spread=False)
    found = replace(reading, skip=layout.skip, header_rows=layout.header_rows)
    first = numbers[above]
    last = sheet["start"][0] + sheet["height"]

    def read(at: AtByte) -> Iterator[Row]:
        for frame in _frames(content, sheet["name"]):
            for number, row in frame:
                if number >= first:
                    cells = _cells(row, len(header))
                    footer = number > last - _LOOKED_AT and is_footer(cells)
                    yield number, Broken("shape", tuple(cells)) if footer else cells
            if frame:
                at(content.size * frame[-1][0] // max(last, 1))

    kind = "workbook" + (", hidden sheet" if sheet["hidden"] else "")
    return RowSource(content, place, kind, header, found, read)


def _frames(content: Content, name: str) -> Iterator[list[Any]]:
    with contextlib.closing(_ask(content, "rows", name)) as answers:
        yield from answers


def _cells(row: list[str | None], width: int) -> list[str]:
    """Return the cells of a row in a sheet of this width; blank ones at its end may be lacking."""
    cells = [LOST if cell is None else cell for cell in row]
    return cells + [""] * (width - len(cells))


def _spread(row: list[str], number: int, sheet: dict[str, Any]) -> list[str]:
    """Write a merged header cell's name into all columns of it."""
    cells = list(row)
    left = sheet["start"][1]
    for (top, first), (bottom, last) in sheet["merged"]:
        if top < number <= bottom + 1 and 0 <= first - left < len(cells):
            for column in range(first - left, min(last - left + 1, len(cells))):
                cells[column] = cells[column] or cells[first - left]
    return cells


def _ask(content: Content, *question: str) -> Generator[Any]:
    """Yield what the child answers. Raises SourceError for what it could not read."""
    inside = not isinstance(content, SourceFile)
    path = "-" if inside else str(content.place.path)
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), path, *question],
        stdin=subprocess.PIPE if inside else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        if inside and child.stdin:
            _feed(child.stdin, content)
        if child.stdout:
            yield from _answers(content.place, child.stdout)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


def _feed(pipe: Any, content: Content) -> None:
    """Give the child the bytes of a workbook that is no file on disk."""
    file = content.seekable()

    def feed() -> None:
        with contextlib.suppress(OSError, ValueError), file, pipe:
            while block := file.read(1 << 20):
                pipe.write(block)

    threading.Thread(target=feed, daemon=True).start()


def _answers(place: Place, pipe: Any) -> Iterator[Any]:
    for line in _lines(place, pipe):
        try:
            answer = json.loads(line)
        except ValueError:
            break
        if answer == "end":
            return
        if isinstance(answer, dict) and "error" in answer:
            raise _error(place, answer["error"])
        yield answer
    raise _error(place, "damaged")


def _lines(place: Place, pipe: BinaryIO) -> Iterator[bytes]:
    """Yield the child's lines; one that says nothing for long is given up."""
    rest: list[bytes] = []
    while True:
        if not select.select([pipe], [], [], _PATIENCE)[0]:
            raise _error(place, "damaged")
        block = os.read(pipe.fileno(), 1 << 20)
        if not block:
            return
        *whole, last = block.split(b"\n")
        for line in whole:
            yield b"".join((*rest, line))
            rest = []
        rest.append(last)


def _error(place: Place, kind: str) -> SourceError:
    if kind == "password":
        return SourceError(
            "password",
            f"{place.label} is locked by the spreadsheet program's own password.",
            "Open it there, save it without a password to an encrypted disk, and name that file.",
        )
    if kind == "too-large":
        return SourceError(
            "too-large",
            f"{place.label} has more cells than can be held in memory.",
            "Delete what is far below or to the right of the table, or save each sheet as CSV.",
        )
    return SourceError(
        "damaged",
        f"{place.label} is damaged, or is no workbook: it cannot be read.",
        "Open it in a spreadsheet program, which may mend it, and save each sheet as CSV.",
    )
