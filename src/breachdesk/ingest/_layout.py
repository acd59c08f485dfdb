"""Where a table's header is, and what its columns are called.

Rows above the header are a preamble: a title, a date. They are passed over only where a header is
certain, so that no row of a person is taken for one. Rows that name columns may be several.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from breachdesk.identifiers import EMPTY_CODE_POINTS
from breachdesk.ingest._header import clean_name, is_data, is_value
from breachdesk.ingest._names import JOINT, certain
from breachdesk.ingest._source import Reading

Row = Sequence[str]

SAMPLE: Final = 201
"""So many rows are looked at."""
_MOST_ABOVE: Final = 50
_MOST_HEADERS: Final = 4
_FOOTER: Final = re.compile(
    r"\W*(?:(?:합\s*계|총\s*계|소\s*계|누\s*계|총\s*(?:건수|인원|고객|회원|[0-9])|전체\s*[0-9]|건\s*수)"
    r"|(?:sub|grand\s+)?total\b|sum\b|row\s*count\b|count\b|end\s+of\b|이하\s*여백|끝\W*$"
    r"|[0-9][0-9,]*\s*(?:건|명|행|rows?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """`skip` rows, then `header_rows` that name the columns, then rows of people."""

    skip: int
    header_rows: int
    header: tuple[str, ...]


def find_layout(rows: Sequence[Row], reading: Reading) -> Layout:
    """Return the layout of a table that begins with these rows. `reading` decides what it says."""
    width = _width(rows)
    skip, count = _header_at(rows, width)
    if reading.header_rows is not None:
        skip, count = (skip if count and reading.header_rows else 0), reading.header_rows
    if reading.skip is not None:
        skip = reading.skip
    skip = min(skip, len(rows))
    named = rows[skip : skip + count]
    if named:
        width = max(len(named[-1]), _with_trailing(rows[skip + count :], len(named[-1])))
    return Layout(skip, len(named), names_of(named, width))


def is_header(row: Row) -> bool:
    """Return whether this row certainly names columns: two of its names are known ones."""
    filled = [cell for cell in map(clean_name, row) if cell]
    known = sum(certain(cell) is not None for cell in filled)
    enough = known > 1 or (known == 1 and len(filled) <= 2)
    return enough and not any(map(is_value, filled))


def is_footer(row: Row) -> bool:
    """Return whether this row, the last of a table or nearly, is a sum or a count of rows."""
    filled = [cell for cell in map(clean_name, row) if cell]
    few = len(filled) <= max(2, len(row) // 2)
    return bool(filled) and few and _FOOTER.match(filled[0]) is not None


def names_of(rows: Sequence[Row], width: int, *, spread: bool = True) -> tuple[str, ...]:
    """Return a name for each column, "" where it has none, from the rows that name them.

    With `spread`, a name in a row above the last means the blank columns to its right too.
    """
    lines = [(_filled_right if spread else _padded)(row, width) for row in rows[:-1]]
    lines += [_padded(row, width) for row in rows[-1:]]
    names = []
    for column in range(width):
        parts = [clean_name(" ".join(line[column].split("\n"))) for line in lines]
        names.append(JOINT.join(dict.fromkeys(part for part in parts if part)))
    counts = Counter(names)
    return tuple(
        f"{name} #{number}" if name and counts[name] > 1 else name
        for number, name in enumerate(names, 1)
    )


def _width(rows: Sequence[Row]) -> int:
    """Return how many columns most rows have; in case of a tie, the first of them."""
    return Counter(map(len, rows)).most_common(1)[0][0]


def _header_at(rows: Sequence[Row], width: int) -> tuple[int, int]:
    """Return how many rows precede the header, and how many rows it has."""
    for index, row in enumerate(rows[:_MOST_ABOVE]):
        if is_header(row) and _is_wide(row, width):
            above = index - _groups_above(rows[:index], len(row))
            return above, index + 1 - above + _more_below(rows[index + 1 :], row)
    first = next((n for n, row in enumerate(rows) if len(row) == width and not _is_title(row)), 0)
    if any(map(is_value, rows[first])) or is_data(rows[first], rows[first + 1 :]):
        return 0, 0
    return first, 1


def _is_title(row: Row) -> bool:
    return len(row) > 2 and sum(map(bool, map(clean_name, row))) < 2


def _is_wide(row: Row, width: int) -> bool:
    """Return whether a row that reads as a header is no line of a preamble ("이름: 홍길동")."""
    filled = sum(map(bool, map(clean_name, row)))
    return filled > 1 or width == 1 or len(row) == width <= 2


def _groups_above(rows: Sequence[Row], width: int) -> int:
    """Return how many rows just above the header give names to groups of columns."""
    count = 0
    for row in reversed(rows[-_MOST_HEADERS + 1 :]):
        filled = [cell for cell in map(clean_name, row) if cell]
        if len(row) != width or len(filled) < 2 or any(map(is_value, filled)):
            break
        count += 1
    return count


def _more_below(rows: Sequence[Row], header: Row) -> int:
    """Return how many rows just below the header name columns too."""
    count = 0
    for row in rows[: _MOST_HEADERS - 1]:
        filled = {n for n, cell in enumerate(row) if clean_name(cell)}
        blank = {n for n, cell in enumerate(header) if not clean_name(cell)}
        if len(row) != len(header) or not filled or not is_header(row):
            break
        if not (len(filled) > 1 or filled & blank):
            break
        count += 1
    return count


def _with_trailing(rows: Sequence[Row], width: int) -> int:
    """Return the width with one blank column more, where nearly all rows end with a delimiter."""
    longer = [row for row in rows if len(row) == width + 1 and not row[-1].strip(EMPTY_CODE_POINTS)]
    return width + 1 if rows and 10 * len(longer) >= 9 * len(rows) else width


def _filled_right(row: Row, width: int) -> list[str]:
    """A group's name stands over its first column and means those to its right."""
    cells = _padded(row, width)
    for column in range(1, width):
        cells[column] = cells[column] or cells[column - 1]
    return cells


def _padded(row: Row, width: int) -> list[str]:
    return [*row, *[""] * width][:width]
