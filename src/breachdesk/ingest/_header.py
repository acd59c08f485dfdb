"""Check the header of a source file."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from breachdesk.identifiers import EMPTY_CODE_POINTS, InvalidField, canonical
from breachdesk.incident import item_of_header
from breachdesk.ingest.errors import SourceError

_DIGITS: Final = re.compile("[0-9\uff10-\uff19]")
_TELLING: Final = ("birth_date", "phone", "email", "rrn")


def check_header(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Raise SourceError unless the first record is a header. `rows` are some of those below.

    What may be data is never in the message.
    """
    if _is_data(header, rows):
        raise SourceError(
            "no-header",
            f"The first row of {file} looks like data, not like column names.",
            "Add a first row with the name of each column, for example 이름,전화번호.",
        )
    named = Counter(name for name in header if name)
    twice = sorted(name for name, count in named.items() if count > 1)
    if twice:
        listed = ", ".join(f'"{name}"' for name in twice)
        raise SourceError(
            "duplicate-column",
            f"{file} has more than one column named {listed}.",
            "Rename them in the first row, so that each column has its own name.",
        )


def _is_data(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    if any(map(_is_value, header)):
        return True
    if any(item_of_header(name) for name in header):
        return False
    return any(
        name and name == cell for row in rows for name, cell in zip(header, row, strict=False)
    )


def _is_value(name: str) -> bool:
    """Return whether this is an identifier or has five digits: no column is named so."""
    return len(_DIGITS.findall(name)) >= 5 or any(_is_canonical(field, name) for field in _TELLING)


def _is_canonical(field: str, text: str) -> bool:
    try:
        canonical(field, text)
    except InvalidField:
        return False
    return True


def clean_name(name: str) -> str:
    """Return a column's name without blanks and invisible characters around it."""
    return name.strip(EMPTY_CODE_POINTS)
