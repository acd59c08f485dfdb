"""Look at a source file: how it is written and what its columns hold."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from breachdesk.identifiers import FIELDS
from breachdesk.incident import item_of_header
from breachdesk.ingest._content import MIN_SHARE, check_digit_share, readings, share_of
from breachdesk.ingest._mapping import Mapping, column_names
from breachdesk.ingest._mask import masked_samples
from breachdesk.ingest._read import open_source

_SAMPLE_ROWS: Final = 2_000
_BY_HEADER_ONLY: Final = 0.9
"""How sure a known header makes where the item has no canonical form to check against."""
_MAX_ALTERNATIVES: Final = 3


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column holds: `code` if its header says so and its content does not deny it.

    `confidence` is 0 to 1. `alternatives` are what the content could be, the most telling first.
    `samples` are masked: no value can be recovered from them. `check_digits` is the share of
    well-formed cells with a right check digit, where the item has one.
    """

    header: str
    code: str | None
    confidence: float
    alternatives: tuple[str, ...]
    samples: tuple[str, ...]
    check_digits: float | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A source file, read to its end. `rows` counts rejected rows too."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    rejected: dict[str, int]
    columns: tuple[ColumnGuess, ...]

    def mapping_toml(self) -> str:
        """Return a mapping file, with "?" where somebody who knows the file has to answer."""
        mapping = Mapping(column_names(self.header), tuple(guess.code for guess in self.columns))
        hints = {
            index: f"perhaps {' or '.join(guess.alternatives)}" if guess.alternatives else ""
            for index, guess in enumerate(self.columns)
            if guess.code is None
        }
        return mapping.to_toml(hints)


def inspect(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Inspection:
    """Read the whole file. Raises SourceError as reading does; unsure columns are no error."""
    source = open_source(path, encoding=encoding, delimiter=delimiter)
    rejected: Counter[str] = Counter()
    sample = None
    for batch in source.batches():
        rejected.update(reason for _, reason in batch.rejected)
        if sample is None or sample.is_empty():
            sample = batch.frame.head(_SAMPLE_ROWS).clone()
    columns = sample.get_columns() if sample is not None else []
    return Inspection(
        source.encoding,
        source.delimiter,
        source.header,
        source.rows_read,
        dict(rejected),
        _without_repeated(
            tuple(_guess(name, cells) for name, cells in zip(source.header, columns, strict=True))
        ),
    )


def _guess(header: str, cells: pl.Series) -> ColumnGuess:
    code = item_of_header(header) if header else None
    alternatives = tuple(reading for reading in readings(cells) if reading != code)
    share = share_of(code, cells) if code else 0.0
    confidence = _BY_HEADER_ONLY if share is None else share
    if code and confidence < MIN_SHARE:
        alternatives, code = (code, *alternatives), None
    return ColumnGuess(
        header,
        code,
        confidence,
        alternatives[:_MAX_ALTERNATIVES],
        masked_samples(code or (alternatives[0] if alternatives else None), cells),
        check_digit_share(code, cells) if code else None,
    )


def _without_repeated(guesses: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """Leave open which of several columns is the one that a person would be asked for."""
    counts = Counter(guess.code for guess in guesses if guess.code in FIELDS)
    return tuple(
        ColumnGuess(
            guess.header,
            None,
            guess.confidence / counts[guess.code],
            (guess.code, *guess.alternatives)[:_MAX_ALTERNATIVES],
            guess.samples,
            guess.check_digits,
        )
        if guess.code and counts[guess.code] > 1
        else guess
        for guess in guesses
    )
