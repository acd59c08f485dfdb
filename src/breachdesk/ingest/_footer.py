"""Rows at the end of a table that are no person's: a sum, a count, "end of file"."""

import csv
from typing import Final

from breachdesk.ingest._detect import Dialect
from breachdesk.ingest._layout import is_footer
from breachdesk.ingest._source import Batch

_LOOKED_AT: Final = 3


def is_footer_line(text: str, dialect: Dialect) -> bool:
    """Return whether the last line of a text is a sum or a count."""
    try:
        rows = list(csv.reader([text.strip()], delimiter=dialect.mark))
    except csv.Error:
        return False
    return bool(rows) and is_footer(rows[0])


def without_footer(batch: Batch) -> Batch:
    """Reject the last rows of a table's last batch where they are sums or counts."""
    kept = batch.frame.height
    while kept > max(0, batch.frame.height - _LOOKED_AT) and is_footer(batch.frame.row(kept - 1)):
        kept -= 1
    if kept == batch.frame.height:
        return batch
    footer = [(number, "shape") for number in batch.row_numbers[kept:].to_list()]
    return Batch(
        batch.frame.head(kept),
        batch.row_numbers[:kept],
        [*batch.rejected, *footer],
        [*batch.raw, *batch.frame[kept:].rows()],
    )
