"""Rows to people: DESIGN section 4 and PROTOCOL 8.2, on columns.

A code lookup has one input for each address that a row's person can be reached at: of the channel
token, a row is at fault if it has none. What follows holds of addresses too.

A row's missing field is filled with the smallest canonical value, bytewise, that the same subject
has for it in another row. So a field is at fault for a subject in all of its rows or in none, and a
lookup can hold all rows of a subject or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from breachdesk.incident import TOKEN_FIELD, Lookup

#: Codes of the columns `e_<field>` between the stages.
FAULTS = {0: "missing", 1: "missing", 2: "invalid"}


@dataclass(frozen=True, slots=True)
class InputPart:
    """Distinct inputs: for each, the number of its person and its typed fields.

    Of a channel, `addresses` has the address of each; those of letters are their persons' and
    left to who knows their subject ids. `channel` is None under `open`.
    """

    channel: str | None
    owners: list[int]
    fields: list[list[bytes]]
    addresses: list[bytes]


@dataclass(frozen=True, slots=True)
class LookupInputs:
    """The distinct inputs of one lookup, in parts: one under `open`, one a channel under `code`."""

    parts: list[InputPart]
    subjects: int
    left_out: dict[str, int]

    @property
    def entries(self) -> int:
        """The number of inputs."""
        return sum(len(part.owners) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The people of some rows. The lists run in parallel; `inputs` is in the order of lookups.

    `indexed` and `rejected` (no lookup can hold them) count rows. `lost` are the people of the
    rejected ones: `subject`, and `mf_<field>` (Binary), null for each field that they lack.
    """

    subjects: list[bytes]
    items: list[int]
    records: list[int]
    inputs: list[LookupInputs]
    indexed: int
    rejected: int
    lost: pl.DataFrame


def fields_of(lookups: Sequence[Lookup]) -> tuple[str, ...]:
    """Every column that a lookup needs, once."""
    return tuple(dict.fromkeys(field for lookup in lookups for field in lookup.columns))


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
    held = pl.any_horizontal(complete(lookup, "mf_") for lookup in lookups)
    indexed = int(people.filter(held)["records"].sum())
    return Subjects(
        subjects=people["subject"].to_list(),
        items=people["items"].to_list(),
        records=people["records"].to_list(),
        inputs=[_inputs(filled, lookup) for lookup in lookups],
        indexed=indexed,
        rejected=rows.height - indexed,
        lost=known.filter(~held),
    )


def faults_at(lookups: Sequence[Lookup]) -> pl.Expr:
    """What each lookup lacks of a row, `missing:phone invalid:customer_number`, each once.

    Of rows with `e_<field>` (a code of `FAULTS`) and `mf_<field>`, as `Subjects.lost` has it.
    """
    firsts = [_first_fault(lookup) for lookup in lookups]
    return pl.concat_list(firsts).list.unique(maintain_order=True).list.join(" ")


def _first_fault(lookup: Lookup) -> pl.Expr:
    words = [_word(pl.col(f"e_{field}"), field) for field in lookup.typed]
    lacking = [pl.when(pl.col(f"mf_{field}").is_null()) for field in lookup.typed]
    typed = [one.then(word) for one, word in zip(lacking, words, strict=True)]
    if lookup.assurance == "open":
        return pl.coalesce(typed)
    worst = pl.max_horizontal(*(f"e_{one}" for one in lookup.channels if one != "letter"), 0)
    return pl.coalesce(*typed, _word(worst, TOKEN_FIELD))


def _word(code: pl.Expr, field: str) -> pl.Expr:
    return (
        pl.when(code == 2)
        .then(pl.lit(f"{FAULTS[2]}:{field}"))
        .otherwise(pl.lit(f"{FAULTS[1]}:{field}"))
    )


def complete(lookup: Lookup, prefix: str) -> pl.Expr:
    """Rows that the lookup can hold: every typed field, and the address of some channel."""
    typed = pl.all_horizontal(pl.col(prefix + field).is_not_null() for field in lookup.typed)
    return typed if lookup.assurance == "open" else typed & _reachable(lookup, prefix)


def _reachable(lookup: Lookup, prefix: str) -> pl.Expr:
    """Rows with the address of some channel. Everybody with a subject has a letter."""
    if "letter" in lookup.channels:
        return pl.lit(value=True)
    return pl.any_horizontal(pl.col(prefix + one).is_not_null() for one in lookup.channels)


def _inputs(filled: pl.DataFrame, lookup: Lookup) -> LookupInputs:
    whole = complete(lookup, "f_")
    held = filled.filter(whole)
    return LookupInputs(
        parts=[_part(held, lookup, channel) for channel in lookup.channels or (None,)],
        subjects=held["person"].n_unique(),
        left_out=_left_out(filled.filter(~whole), lookup),
    )


def _part(held: pl.DataFrame, lookup: Lookup, channel: str | None) -> InputPart:
    address = [] if channel in {None, "letter"} else [f"f_{channel}"]
    columns = [f"f_{field}" for field in lookup.typed]
    wanted = dict.fromkeys((*columns, *address))
    reached = held.drop_nulls(address) if address else held
    inputs = reached.select("person", *wanted).unique()
    return InputPart(
        channel=channel,
        owners=inputs["person"].to_list(),
        fields=[inputs[column].to_list() for column in columns],
        addresses=inputs[address[0]].to_list() if address else [],
    )


def _left_out(rows: pl.DataFrame, lookup: Lookup) -> dict[str, int]:
    """Rows by the first field at fault, in the lookup's order, and its fault in the row."""
    counts: dict[str, int] = {}
    for field in lookup.typed:
        at_fault = rows.filter(pl.col(f"f_{field}").is_null())
        rows = rows.filter(pl.col(f"f_{field}").is_not_null())
        _count(counts, field, at_fault[f"e_{field}"])
    if lookup.assurance == "code" and not rows.is_empty():
        worst = pl.max_horizontal(f"e_{one}" for one in lookup.channels)
        _count(counts, TOKEN_FIELD, rows.select(worst.alias("e"))["e"])
    return counts


def _count(counts: dict[str, int], field: str, faults: pl.Series) -> None:
    for code, count in faults.value_counts(name="rows").iter_rows():
        reason = f"{FAULTS[code]}:{field}"
        counts[reason] = counts.get(reason, 0) + count
