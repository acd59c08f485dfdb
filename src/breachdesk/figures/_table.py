"""Figures and differences for machines."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from breachdesk.figures._compare import Difference
from breachdesk.figures._figures import Figure


def as_json(rows: Sequence[Figure] | Sequence[Difference]) -> list[dict[str, Any]]:
    """One object a row; of a difference also `by`."""
    return [asdict(one) | ({"by": one.by} if isinstance(one, Difference) else {}) for one in rows]


def as_csv(rows: Sequence[Figure] | Sequence[Difference], columns: Sequence[str]) -> str:
    """One line a row below a header of `columns`, which are keys of `as_json`."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[found[column] for column in columns] for found in as_json(rows)])
    return text.getvalue()
