"""From typed values to the text of cells, so that no digit changes on the way.

A float keeps 15 digits for certain. A whole number with more than that has lost its last ones
somewhere before it came here; it becomes `LOST`, never a guess.
"""

import datetime as dt
import math
from decimal import Decimal
from typing import Final

import polars as pl

from breachdesk.ingest._source import LOST

EXACT: Final = 10**15
_MIDNIGHT: Final = dt.time()
_SCIENTIFIC: Final = r"^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}$"


def text_of(value: object) -> str:
    """Return the text of a value as a spreadsheet, JSON or Parquet holds it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return text_of_float(value)
    if isinstance(value, Decimal):
        return _text_of_decimal(value)
    return _text_of_time(value)


def text_of_float(value: float) -> str:
    """Return a number's digits, without a fraction that is zero."""
    if not math.isfinite(value):
        return ""
    if abs(value) >= EXACT:
        return LOST
    return str(int(value)) if value == int(value) else repr(value)


def without_scientific(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark the cells of a text file that a spreadsheet wrote as 4.11111E+15."""
    cells = pl.all()
    return frame.with_columns(
        pl.when(cells.str.contains(_SCIENTIFIC)).then(pl.lit(LOST)).otherwise(cells).name.keep()
    )


def _text_of_decimal(value: Decimal) -> str:
    if not value.is_finite():
        return ""
    exponent = value.as_tuple().exponent
    large = value.copy_abs() >= EXACT  # the sign alone: arithmetic would round, or overflow
    if isinstance(exponent, int) and exponent > 0:
        return LOST if large else str(int(value))
    if value == value.to_integral_value():
        return LOST if large and exponent else str(int(value))
    return str(value)


def _text_of_time(value: object) -> str:
    if isinstance(value, dt.datetime):
        if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    return str(value)
