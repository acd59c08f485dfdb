"""What a column's cells read as."""

from typing import Final

import polars as pl

from breachdesk.identifiers import FIELDS
from breachdesk.ingest._columns import canonical_column

MIN_SHARE: Final = 0.5
"""At least this share of the cells that are not blank must be well-formed."""


def share_of(code: str, cells: pl.Series) -> float | None:
    """Return the share of non-blank cells that are well-formed for the field.

    None for an item that has no canonical form, and for a column of blanks.
    """
    if code not in FIELDS or not FIELDS[code].typed:
        return None
    result = canonical_column(code, cells)
    filled = len(cells) - int((result.error == "missing").sum())
    return (len(cells) - result.value.null_count()) / filled if filled else None
