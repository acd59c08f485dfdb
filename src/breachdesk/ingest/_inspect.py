"""Look at source files: how they are written and what their columns hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from breachdesk.identifiers import FIELDS
from breachdesk.incident import Incident
from breachdesk.ingest._content import (
    MIN_SHARE,
    banks_of,
    check_digit_share,
    likeness,
    lost_in,
    readings,
    share_of,
)
from breachdesk.ingest._expected import rows_lost
from breachdesk.ingest._guess import SAMPLE_ROWS
from breachdesk.ingest._mask import masked_samples
from breachdesk.ingest._names import certain, maybe, of_somebody_else
from breachdesk.ingest._open import expand, open_path
from breachdesk.ingest._passwords import NO_PASSWORDS, Passwords
from breachdesk.ingest._propose import Proposal, to_toml
from breachdesk.ingest._request import Progress, silent
from breachdesk.ingest._source import Reading, Source, columns_of
from breachdesk.ingest.errors import SourceError

_BY_HEADER_ONLY: Final = 0.9
"""How sure a known header makes where the item has no canonical form to check against."""
_MAX_ALTERNATIVES: Final = 3
_NOTHINGS: Final = ("NULL", "null", "Null", "(null)", "<null>", "None", "nan", "NaN", "#N/A", "N/A")

RRN_NOTE: Final = (
    "Resident registration numbers (주민등록번호) may be kept and asked for only where a statute "
    "demands or allows it (PIPA article 24-2). That they leaked must be told and, whatever the "
    "number of people, reported (article 34). No lookup asks for them unless a statute lets you."
)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column holds: `code` if its header says so and its content does not deny it.

    `confidence` is 0 to 1. `alternatives` are what the content or the name could be, the most
    telling first. `samples` are masked: no value can be recovered from them. `check_digits` is the
    share of well-formed cells with a right check digit, `invalid` the share of cells that are no
    spelling of the item, where it has such. `notes` are what a person should know of it.
    """

    header: str
    code: str | None
    confidence: float
    alternatives: tuple[str, ...]
    samples: tuple[str, ...]
    check_digits: float | None
    invalid: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """A table, read to its end. `rows` counts rejected rows too.

    `unfindable` has the share of sampled rows that the incident's lookups and subject columns
    could not use, by reason, if an incident was given and the columns are certain.
    """

    file: str
    member: str
    table: str
    layout: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    rejected: dict[str, int]
    columns: tuple[ColumnGuess, ...]
    reading: Reading
    unfindable: dict[str, float]


@dataclass(frozen=True, slots=True)
class Inspections:
    """All tables of all files, and what could not be read at all, file by file."""

    tables: tuple[Inspection, ...]
    problems: tuple[SourceError, ...]

    def mapping_toml(self) -> str:
        """Return a mapping file, with "?" where somebody who knows the files has to answer."""
        return to_toml([_proposal(table) for table in self.tables])


def inspect(
    *paths: Path,
    reading: Reading | None = None,
    passwords: Passwords = NO_PASSWORDS,
    incident: Incident | None = None,
    progress: Progress = silent,
) -> Inspections:
    """Read all tables whole. Raises SourceError if none can be read; a question is no error."""
    said = reading or Reading()
    tables: list[Inspection] = []
    problems: list[SourceError] = []
    for path in expand(paths):
        try:
            sources = open_path(path, lambda _: said, passwords)
            tables += [_look(source, incident, progress) for source in sources]
        except SourceError as error:
            problems.append(error)
    if not tables and problems:
        raise problems[0]
    return Inspections(tables=tuple(tables), problems=tuple(problems))


def _look(source: Source, incident: Incident | None, progress: Progress) -> Inspection:
    rejected: Counter[str] = Counter()
    sample = None
    for batch in source.batches():
        rejected.update(reason for _, reason in batch.rejected)
        progress(source.place.label, source.bytes_read, source.size, "bytes")
        if sample is None or sample.is_empty():
            sample = batch.frame.head(SAMPLE_ROWS).clone()
    if sample is None:
        sample = pl.DataFrame(schema=dict.fromkeys(columns_of(len(source.header)), pl.String))
    guesses = _without_repeated(
        tuple(
            _guess(name, cells)
            for name, cells in zip(source.header, sample.get_columns(), strict=True)
        )
    )
    codes = tuple(guess.code for guess in guesses)
    found = replace(source.found, blank=_nothings(sample))
    return Inspection(
        file=source.place.path.name,
        member=source.place.member,
        table=source.place.table,
        layout=source.layout,
        encoding=found.encoding or "",
        delimiter=found.delimiter or "",
        header=source.header,
        rows=source.rows_read,
        rejected=dict(rejected),
        columns=guesses,
        reading=found,
        unfindable=rows_lost(sample, codes, incident) if incident else {},
    )


def _guess(header: str, cells: pl.Series) -> ColumnGuess:
    code = certain(header) if header else None
    likely = dict.fromkeys((*readings(cells), *(maybe(header) if header else ())))
    alternatives = tuple(reading for reading in likely if reading != code)
    share = share_of(code, cells) if code else 0.0
    confidence = _BY_HEADER_ONLY if share is None else share
    if code and confidence < MIN_SHARE:
        alternatives, code = (code, *alternatives), None
    first = code or (alternatives[0] if alternatives else None)
    return ColumnGuess(
        header,
        code,
        confidence if code else _half_sure(header, alternatives, cells),
        alternatives[:_MAX_ALTERNATIVES],
        masked_samples(first, cells),
        check_digit_share(first, cells) if first else None,
        None if share is None or code is None else 1.0 - share,
        tuple(_notes(header, first, cells)),
    )


def _half_sure(header: str, alternatives: tuple[str, ...], cells: pl.Series) -> float:
    """How sure the first alternative is: by name and content together at most a half."""
    if not alternatives or certain(header) or of_somebody_else(header):
        return 0.0
    named = alternatives[0] in maybe(header)
    return round(0.5 * likeness(alternatives[0], cells), 2) if named else 0.0


def _notes(header: str, code: str | None, cells: pl.Series) -> list[str]:
    notes = []
    if code == "rrn":
        notes.append(RRN_NOTE)
    if code == "bank_account" and (banks := banks_of(cells)):
        notes.append(f"Written as at {', '.join(banks)}.")
    if lost := lost_in(cells):
        notes.append(
            f"{lost:,} of the first {len(cells):,} cells are numbers of which the program that "
            "saved the file kept 15 digits. They count as leaked, and nobody is found by them: "
            "get a file in which this column is text."
        )
    if of_somebody_else(header):
        notes.append("The name speaks of somebody else, or of a former or another contact.")
    return notes


def _without_repeated(guesses: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """Leave open which of several columns is the one that a person would be asked for."""
    counts = Counter(guess.code for guess in guesses if guess.code in FIELDS)
    return tuple(
        replace(
            guess,
            code=None,
            confidence=guess.confidence / counts[guess.code],
            alternatives=(guess.code, *guess.alternatives)[:_MAX_ALTERNATIVES],
            invalid=None,
        )
        if guess.code and counts[guess.code] > 1
        else guess
        for guess in guesses
    )


def _nothings(sample: pl.DataFrame) -> tuple[str, ...]:
    """Return the words for "nothing" that stand in the cells."""
    found: set[str] = set()
    for cells in sample.get_columns():
        found.update(cells.filter(cells.is_in(_NOTHINGS)).unique())
    return tuple(sorted(found))


def _proposal(table: Inspection) -> Proposal:
    hints = {
        index: f"perhaps {' or '.join(guess.alternatives)}" if guess.alternatives else ""
        for index, guess in enumerate(table.columns)
        if guess.code is None
    }
    notes = tuple(
        f"{guess.header or f'#{number}'}: {note}"
        for number, guess in enumerate(table.columns, 1)
        for note in guess.notes
    )
    return Proposal(
        table.file,
        table.member,
        table.table,
        table.reading,
        table.header,
        tuple(guess.code for guess in table.columns),
        hints,
        notes,
    )


def columns_unsure(tables: Sequence[Inspection]) -> int:
    """Return how many columns are a question."""
    return sum(guess.code is None for table in tables for guess in table.columns)
