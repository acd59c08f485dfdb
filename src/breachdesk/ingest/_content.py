"""What a column's cells read as."""

from collections.abc import Callable
from typing import Final

import polars as pl
from stdnum import luhn
from stdnum.kr import rrn

from breachdesk.identifiers import FIELDS
from breachdesk.ingest._columns import canonical_column

MIN_SHARE: Final = 0.5
"""At least this share of the cells that are not blank must be well-formed."""

_BY_TELLING: Final = (
    "rrn",
    "card_number",
    "email",
    "birth_date",
    "phone",
    "name",
    "bank_account",
    "customer_number",
)
"""The fields by how much it says that a text is well-formed for them."""
_CHECK_DIGITS: Final[dict[str, Callable[[str], bool]]] = {
    "rrn": rrn.is_valid,
    "card_number": luhn.is_valid,
}


def share_of(code: str, cells: pl.Series) -> float | None:
    """Return the share of non-blank cells that are well-formed for the field.

    None for an item that has no canonical form, and for a column of blanks.
    """
    if code not in FIELDS or not FIELDS[code].typed:
        return None
    result = canonical_column(code, cells)
    filled = len(cells) - int((result.error == "missing").sum())
    return (len(cells) - result.value.null_count()) / filled if filled else None


def readings(cells: pl.Series) -> tuple[str, ...]:
    """Return the fields that most of the cells are well-formed for, the most telling first."""
    return tuple(code for code in _BY_TELLING if (share_of(code, cells) or 0.0) >= MIN_SHARE)


def check_digit_share(code: str, cells: pl.Series) -> float | None:
    """Return the share of well-formed cells whose check digit is right.

    A hint for people only: RRNs issued since October 2020 have no valid one. None for items
    without check digits, and if no cell is well-formed.
    """
    if code not in _CHECK_DIGITS:
        return None
    values = canonical_column(code, cells).value.drop_nulls()
    right = sum(_CHECK_DIGITS[code](value.decode()) for value in values)
    return right / len(values) if len(values) else None
