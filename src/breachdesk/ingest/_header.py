"""Tell a row of names from a row of values."""

import re
from collections.abc import Sequence
from typing import Final

from breachdesk.identifiers import EMPTY_CODE_POINTS, InvalidField, canonical
from breachdesk.incident import item_of_header

_DIGITS: Final = re.compile("[0-9\uff10-\uff19]")
_TELLING: Final = ("birth_date", "phone", "email", "rrn")


def is_data(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether this is a row like those below it, and names no columns."""
    if any(map(is_value, header)):
        return True
    if any(item_of_header(name) for name in header):
        return False
    return any(
        name and name == cell for row in rows for name, cell in zip(header, row, strict=False)
    )


def is_value(name: str) -> bool:
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
