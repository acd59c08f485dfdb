"""How many rows of a sample an incident's lookups and subject columns could not use, and why."""

import polars as pl

from breachdesk.incident import Incident, Lookup
from breachdesk.ingest._clean import Cleaner
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._source import Batch
from breachdesk.ingest.errors import SourceError


def rows_lost(
    sample: pl.DataFrame, codes: tuple[str | None, ...], incident: Incident
) -> dict[str, float]:
    """Return shares of the sampled rows: `no-subject`, `no-lookup`, and per lookup by fault.

    Rows of one person may yet fill each other's gaps, so these are at most. Empty where the
    columns do not yet hold what the incident needs.
    """
    try:
        cleaner = Cleaner(Mapping(codes_as_names(codes), codes), incident)
    except SourceError:
        return {}
    if sample.is_empty():
        return {}
    numbers = pl.int_range(1, sample.height + 1, dtype=pl.UInt64, eager=True)
    rows = cleaner.clean(Batch(sample, numbers, []))
    usable = rows.filter(pl.col("subject").is_not_null())
    lost = {"no-subject": rows.height - usable.height}
    complete = [_complete(lookup) for lookup in incident.lookups]
    lost["no-lookup"] = usable.filter(~pl.any_horizontal(complete)).height
    for lookup, whole in zip(incident.lookups, complete, strict=True):
        lost[f"not found by {lookup.id}"] = rows.filter(~whole).height
    return {reason: count / rows.height for reason, count in lost.items() if count}


def _complete(lookup: Lookup) -> pl.Expr:
    """Whether a row has what is typed, and under a code lookup an address; letters reach all."""
    typed = pl.all_horizontal(_has(field) for field in lookup.typed)
    if not lookup.channels or "letter" in lookup.channels:
        return typed
    return typed & pl.any_horizontal(_has(channel) for channel in lookup.channels)


def _has(field: str) -> pl.Expr:
    return pl.col(f"f_{field}").is_not_null()


def codes_as_names(codes: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return a name for each column."""
    return tuple(f"{number} {code or ''}" for number, code in enumerate(codes, 1))
