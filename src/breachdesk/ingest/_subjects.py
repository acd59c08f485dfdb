"""Rows to people: DESIGN section 4 and PROTOCOL 8.2, on columns.

A row's missing field is filled with the smallest canonical value, bytewise, that the same subject
has for it in another row. So a field is at fault for a subject in all of its rows or in none, and a
lookup can hold all rows of a subject or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from breachdesk.incident import Lookup

#: Codes of the columns `e_<field>` between the stages.
FAULTS = {0: "missing", 1: "missing", 2: "invalid"}


@dataclass(frozen=True, slots=True)
class LookupInputs:
    """The distinct inputs of one lookup: for each, the number of its person and its fields."""

    owners: list[int]
    fields: list[list[bytes]]
    subjects: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class Subjects:
    """The people of some rows. The lists run in parallel; `inputs` is in the order of lookups.

    `indexed` and `rejected` (no lookup can hold them) count rows.
    """

    subjects: list[bytes]
    items: list[int]
    records: list[int]
    inputs: list[LookupInputs]
    indexed: int
    rejected: int


def fields_of(lookups: Sequence[Lookup]) -> tuple[str, ...]:
    """Every field that a lookup uses, once."""
    return tuple(dict.fromkeys(field for lookup in lookups for field in lookup.fields))


def group(rows: pl.DataFrame, lookups: Sequence[Lookup]) -> Subjects:
    """Group rows that have a subject.

    `rows` has `subject` and `f_<field>` (Binary), `items` (UInt64) and `e_<field>` (UInt8, a code
    of `FAULTS`). All rows of a subject must be in it.
    """
    columns = [f"f_{field}" for field in fields_of(lookups)]
    people = (
        rows.group_by("subject")
        .agg(
            pl.col("items").bitwise_or(),
            pl.len().cast(pl.UInt32).alias("records"),
            *(pl.col(column).min().alias(f"m{column}") for column in columns),
        )
        .sort("subject")
        .with_row_index("person")
    )
    known = people.select("person", "subject", *(f"m{column}" for column in columns))
    filled = rows.join(known, on="subject").with_columns(
        pl.col(column).fill_null(pl.col(f"m{column}")) for column in columns
    )
    held = people.filter(pl.any_horizontal(_complete(lookup, "mf_") for lookup in lookups))
    indexed = int(held["records"].sum())
    return Subjects(
        subjects=people["subject"].to_list(),
        items=people["items"].to_list(),
        records=people["records"].to_list(),
        inputs=[_inputs(filled, lookup) for lookup in lookups],
        indexed=indexed,
        rejected=rows.height - indexed,
    )


def _complete(lookup: Lookup, prefix: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(prefix + field).is_not_null() for field in lookup.fields)


def _inputs(filled: pl.DataFrame, lookup: Lookup) -> LookupInputs:
    columns = [f"f_{field}" for field in lookup.fields]
    complete = _complete(lookup, "f_")
    inputs = filled.filter(complete).select("person", *columns).unique()
    return LookupInputs(
        owners=inputs["person"].to_list(),
        fields=[inputs[column].to_list() for column in columns],
        subjects=inputs["person"].n_unique(),
        left_out=_left_out(filled.filter(~complete), lookup),
    )


def _left_out(rows: pl.DataFrame, lookup: Lookup) -> dict[str, int]:
    """Rows by the first field at fault, in the lookup's order, and its fault in the row."""
    counts: dict[str, int] = {}
    for field in lookup.fields:
        at_fault = rows.filter(pl.col(f"f_{field}").is_null())
        rows = rows.filter(pl.col(f"f_{field}").is_not_null())
        for code, count in at_fault.group_by(f"e_{field}").len().iter_rows():
            reason = f"{FAULTS[code]}:{field}"
            counts[reason] = counts.get(reason, 0) + count
    return counts
