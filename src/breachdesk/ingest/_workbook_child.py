"""The process that opens a workbook; run as a program, by its path.

It imports nothing of ours. Workbooks are read by compiled code that holds whole sheets in memory:
a damaged one may ask for any amount, or end the process. Here that ends this process only. What it
writes to its standard error could quote cells, and goes nowhere; it leaves no core.

    python _workbook_child.py PATH|- look          the sheets, each with its first rows
    python _workbook_child.py PATH|- rows SHEET    all rows of one

`-` takes the file from standard input. Answers are JSON, a line each:

    {"sheets": [{"name", "hidden", "height", "start", "merged", "head": [[number, [cell…]], …]}, …]}
    [[number, [cell, …]], …]                       up to 1,000 rows, numbered as the sheet does
    "end"
    {"error": "password"} or {"error": "damaged"} or {"error": "too-large"}
"""

import ctypes
import datetime as dt
import io
import json
import math
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import python_calamine as calamine

HEAD_ROWS = 220
FRAME_ROWS = 1_000
MOST_MEMORY = 3 << 30
MOST_CELLS = 60_000_000
MOST_MERGED = 100_000
SET_DUMPABLE = 4
EXACT = 10**15
LOST = None
"""A number of which the file does not have the last digits."""
MIDNIGHT = dt.time()


def main() -> None:
    """Answer one question."""
    _bound()
    path, question = sys.argv[1:3]
    try:
        data = io.BytesIO(sys.stdin.buffer.read()) if path == "-" else path
        with calamine.CalamineWorkbook.from_object(data) as book:
            if question == "look":
                _say({"sheets": list(_look(book))})
            else:
                for frame in _frames(book.get_sheet_by_name(sys.argv[3])):
                    _say(frame)
        _say("end")
    except calamine.PasswordError:
        _say({"error": "password"})
    except MemoryError:
        _say({"error": "too-large"})
    except BaseException:  # noqa: BLE001 - a panic of the compiled code is no Exception
        _say({"error": "damaged"})


def _bound() -> None:
    """Bound the memory, and leave no core, not to a program that collects them either."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _look(book: Any) -> Iterator[dict[str, Any]]:
    for facts in book.sheets_metadata:
        if facts.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(facts.name)
        yield {
            "name": facts.name,
            "hidden": facts.visible != calamine.SheetVisibleEnum.Visible,
            "height": sheet.height,
            "width": sheet.width,
            "start": list(sheet.start or (0, 0)),
            "merged": _merged(sheet),
            "head": list(islice(_rows(sheet), HEAD_ROWS)),
        }


def _frames(sheet: Any) -> Iterator[list[Any]]:
    rows = _rows(sheet)
    while frame := list(islice(rows, FRAME_ROWS)):
        yield frame


def _rows(sheet: Any) -> Iterator[tuple[int, list[str | None]]]:
    """Yield the rows that are not blank; a merged cell's value stands in all rows of it."""
    if sheet.height * sheet.width > MOST_CELLS:
        raise MemoryError
    first = (sheet.start or (0, 0))[0]
    down = _Down(sheet)
    for number, row in enumerate(sheet.iter_rows(), first + 1):
        cells = down.filled(number, [_text(value) for value in row])
        if any(cell is None or cell.strip() for cell in cells):
            yield number, cells


class _Down:
    """The merged cells of a sheet that span rows."""

    def __init__(self, sheet: Any) -> None:
        left = (sheet.start or (0, 0))[1]
        spans = [
            (top + 1, bottom + 1, column - left)
            for (top, column), (bottom, _) in _merged(sheet)
            if bottom > top and 0 <= column - left < sheet.width
        ]
        self._spans = sorted(spans, reverse=True)
        self._open: list[tuple[int, int, str | None]] = []

    def filled(self, number: int, cells: list[str | None]) -> list[str | None]:
        """Fill in the cells of a row that belong to a span that began above."""
        self._open = [span for span in self._open if span[0] >= number]
        for _, column, value in self._open:
            cells[column] = value if cells[column] == "" else cells[column]
        while self._spans and self._spans[-1][0] <= number:
            top, bottom, column = self._spans.pop()
            if top == number and bottom > number:
                self._open.append((bottom, column, cells[column]))
        return cells


def _merged(sheet: Any) -> list[Any]:
    return (sheet.merged_cell_ranges or [])[:MOST_MERGED]


def _text(value: Any) -> str | None:
    """Return the text of a cell, None where digits are lost."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _digits(value)
    if isinstance(value, dt.datetime):
        moment = value.isoformat(" ", "seconds")
        return moment[:10] if value.time() == MIDNIGHT else moment
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _digits(value: float) -> str | None:
    if not math.isfinite(value) or abs(value) >= EXACT:
        return LOST
    return str(int(value)) if value == int(value) else repr(value)


def _say(answer: Any) -> None:
    text = json.dumps(answer, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
