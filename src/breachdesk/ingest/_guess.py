"""Say what columns hold where nobody said it: by their names, checked against what is in them."""

from collections import Counter
from typing import Final

import polars as pl

from breachdesk.incident import Incident
from breachdesk.ingest._content import MIN_SHARE, readings, share_of
from breachdesk.ingest._mapping import Mapping, column_names, needed
from breachdesk.ingest._names import certain, maybe
from breachdesk.ingest._source import Source, columns_of
from breachdesk.ingest.errors import MappingUnsure, UnsureColumn

SAMPLE_ROWS: Final = 2_000


def sample_of(source: Source) -> pl.DataFrame:
    """Return the first rows that can be read; none if no batch has any."""
    for batch in source.batches(SAMPLE_ROWS):
        if not batch.frame.is_empty():
            return batch.frame
    return pl.DataFrame(schema=dict.fromkeys(columns_of(len(source.header)), pl.String))


def guess_mapping(source: Source, incident: Incident) -> Mapping:
    """Name the columns by their header, checked against what they hold.

    Content alone never decides: a column of phone numbers may be somebody else's. Raises
    MappingUnsure with what to ask, or SourceError as `Mapping.require` does.
    """
    codes = tuple(certain(name) if name else None for name in source.header)
    sample = sample_of(source)
    wanted = needed(incident)
    repeated = {code for code, n in Counter(codes).items() if n > 1 and code in wanted}
    unsure = []
    for index, (name, code) in enumerate(zip(source.header, codes, strict=True)):
        cells = sample.to_series(index)
        if code is None:
            candidates = tuple(dict.fromkeys((*readings(cells), *maybe(name))))
            if name or candidates:
                unsure.append(UnsureColumn(index + 1, name, candidates, "the name is unknown"))
        elif code in repeated:
            why = "another column has the same meaning, and only one can be asked for"
            unsure.append(UnsureColumn(index + 1, name, (code,), why))
        elif code in wanted and (share := share_of(code, cells)) is not None and share < MIN_SHARE:
            why = f"only {share:.0%} of it reads as {code}"
            unsure.append(UnsureColumn(index + 1, name, (code,), why))
    if unsure:
        raise MappingUnsure(tuple(unsure), source.place.label, source.place.path.name)
    mapping = Mapping(column_names(source.header), codes)
    mapping.require(incident)
    return mapping
