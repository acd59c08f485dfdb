"""The file for the mail house: one letter a person, with the code that only it carries (4.5).

People are grouped as a build groups them: rows go to encrypted partition files under a key that is
never written anywhere, then partition after partition becomes lines of the file.
"""

import csv
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TextIO

import polars as pl

from breachdesk.entry import subject_id_of
from breachdesk.identifiers import letter_code_of, letter_ids
from breachdesk.incident import Incident, load
from breachdesk.ingest._clean import Cleaner
from breachdesk.ingest._intake import Intake, Prepared, prepare, take_in
from breachdesk.ingest._letter_text import LetterText
from breachdesk.ingest._partition import partition_count
from breachdesk.ingest._request import BuildRequest, Progress, silent
from breachdesk.ingest._source import Batch
from breachdesk.ingest._spill import BUILD_ID_BYTES, SpillKey, SpillWriter, read_spill
from breachdesk.ingest._traces import leave_no_core
from breachdesk.ingest.errors import BuildError, SourceError
from breachdesk.keys import KeyFolder, open_folder

COLUMNS: Final = ("name", "address", "code", "language", "text_ko", "text_en")
ADDRESSED: Final = ("phone", "email")
"""Channels of which people may have an address already."""

_STAGE: Final = "letters"


@dataclass(frozen=True, slots=True)
class LettersRequest:
    """One file. `only_without` leaves out who can be reached by one of these channels."""

    incident: Path
    sources: tuple[Path, ...]
    keys: Path
    out: Path
    mapping: Path | None = None
    only_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LettersReport:
    """`people` = `letters` + `without_address` + `reachable` + `not_findable`.

    `not_findable` lack a detail that every question with a letter asks for.
    """

    rows_read: int
    rejected: Mapping[str, int]
    people: int
    letters: int
    without_address: int
    reachable: int
    not_findable: int

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return asdict(self)


def write_letters(request: LettersRequest, progress: Progress = silent) -> LettersReport:
    """Write the file for its owner only, all of it or nothing, and never over another.

    Raises `IncidentError`, `KeysError`, `SourceError`, `BuildError` or `OSError`.
    """
    leave_no_core()
    incident = load(request.incident)
    asked = _typed_fields(incident)
    text = LetterText(incident)
    if os.path.lexists(request.out):
        raise _exists()
    keys = open_folder(request.keys, only=("subject", "letter"))
    prepared = _prepared(request, incident)
    with _spill(request.out.parent) as (folder, key):
        rows = _Rows(SpillWriter(folder, key), _partitions(prepared))
        intake = take_in(prepared, rows, progress)
        people = _People(incident, keys, asked, request.only_without)
        with _new_file(request.out) as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            for name in sorted(rows.names):
                for one in people.letters(_read(folder / name, key)):
                    writer.writerow((*one, *text.of(one[2])))
                progress(_STAGE, people.rows, intake.rows - intake.rejected.total(), "rows")
    return people.report(intake)


def _typed_fields(incident: Incident) -> list[tuple[str, ...]]:
    """What people type with a letter, for each lookup that takes one."""
    asked = [lookup.typed for lookup in incident.lookups if "letter" in lookup.channels]
    if not asked:
        raise BuildError(
            "letters",
            "No lookup of the incident file takes letters.",
            'Add "letter" to the channels of a lookup with assurance = "code", then build.',
        )
    return asked


def _prepared(request: LettersRequest, incident: Incident) -> list[Prepared]:
    """The sources, cleaned to what letters need."""
    reading = BuildRequest(
        request.incident, request.sources, request.keys, request.out.parent, request.mapping
    )
    found = prepare(reading, incident)
    if not any("address" in one.mapping.columns for one in found):
        raise SourceError(
            "missing-columns",
            "No column holds a postal address, so no letter could be sent.",
            "Name the column in a mapping file (breachdesk inspect --write-mapping).",
        )
    return [replace(one, cleaner=_LetterCleaner(one, incident)) for one in found]


def _partitions(prepared: Sequence[Prepared]) -> int:
    return partition_count(sum(one.source.expanded for one in prepared))


class _LetterCleaner(Cleaner):
    """Adds name and postal address as they are on file."""

    def __init__(self, prepared: Prepared, incident: Incident) -> None:
        super().__init__(prepared.mapping, incident)
        self._columns = {code: prepared.mapping.column_of(code) for code in ("name", "address")}

    def clean(self, batch: Batch) -> pl.DataFrame:
        """The cleaned rows, with `name` and `address` (String, "" where there is none)."""
        rows = super().clean(batch)
        cells = {
            code: pl.Series([""]).new_from_index(0, rows.height)
            if index is None
            else batch.frame.to_series(index).str.strip_chars()
            for code, index in self._columns.items()
        }
        return rows.with_columns(**cells)


class _Rows:
    """Sets rows aside in partitions, each person's in one of them."""

    def __init__(self, writer: SpillWriter, count: int) -> None:
        self._writer = writer
        self._part = (pl.col("subject").hash(secrets.randbits(64)) % count).alias("part")
        self._seen = 0
        self.names: set[str] = set()

    def add(self, rows: pl.DataFrame) -> int:
        """Set aside the rows that have a subject; return the number of those that have none."""
        order = pl.int_range(self._seen, self._seen + rows.height, dtype=pl.UInt64, eager=True)
        self._seen += rows.height
        known = rows.with_columns(order.alias("row")).filter(pl.col("subject").is_not_null())
        for (part,), frame in (
            known.with_columns(self._part)
            .partition_by("part", as_dict=True, include_key=False)
            .items()
        ):
            buffer = BytesIO()
            frame.write_ipc(buffer)
            name = f"people-{part:04x}"
            self._writer.append(name, buffer.getvalue())
            self.names.add(name)
        return rows.height - known.height


def _read(path: Path, key: SpillKey) -> pl.DataFrame:
    return pl.concat(
        (pl.read_ipc(BytesIO(chunk)) for chunk in read_spill(path, key)), how="diagonal"
    )


class _People:
    """Makes letters of a partition's rows, and counts whom they do not go to."""

    def __init__(
        self,
        incident: Incident,
        keys: KeyFolder,
        asked: Sequence[tuple[str, ...]],
        only_without: tuple[str, ...],
    ) -> None:
        self._incident = incident
        self._keys = keys
        self._asked = asked
        self._only_without = only_without
        self._counts = {"people": 0, "letters": 0, "without_address": 0}
        self._counts |= {"reachable": 0, "not_findable": 0}
        self.rows = 0

    def letters(self, rows: pl.DataFrame) -> Iterator[tuple[str, str, str, str]]:
        """Name and address as on file, code in groups, language; one for each person."""
        self.rows += rows.height
        kinds = self._by_kind(rows)
        for kind, count in kinds["kind"].value_counts().iter_rows():
            self._counts[kind] += count
        self._counts["people"] += kinds.height
        reached = kinds.filter(pl.col("kind") == "letters")
        identities = [subject_id_of(self._keys.subject, one) for one in reached["subject"]]
        letters = letter_ids(self._keys.letter, self._incident.number, identities)
        for letter, name, address in zip(letters, reached["name"], reached["address"], strict=True):
            code = letter_code_of(self._keys.letter, self._keys.epoch, letter.decode())
            groups = "-".join(code[start : start + 4] for start in range(0, 16, 4))
            yield name, address, groups, _language(name)

    def _by_kind(self, rows: pl.DataFrame) -> pl.DataFrame:
        """One row a person: the address of the first record that has one, and what to do."""
        fields = sorted({name for typed in self._asked for name in typed})
        held = [name for name in ADDRESSED if f"f_{name}" in rows.columns]
        people = (
            rows.sort("row")
            .group_by("subject", maintain_order=True)
            .agg(
                _first("name"),
                _first("address"),
                *(pl.col(f"f_{name}").is_not_null().any().alias(f"q_{name}") for name in fields),
                *(pl.col(f"f_{name}").is_not_null().any().alias(f"a_{name}") for name in held),
            )
        )
        findable = pl.any_horizontal(
            pl.all_horizontal(pl.col(f"q_{name}") for name in typed) for typed in self._asked
        )
        reachable = [pl.col(f"a_{name}") for name in self._only_without if name in held]
        kind = (
            pl.when(~findable)
            .then(pl.lit("not_findable"))
            .when(pl.any_horizontal(*reachable) if reachable else pl.lit(value=False))
            .then(pl.lit("reachable"))
            .when(pl.col("address") == "")
            .then(pl.lit("without_address"))
            .otherwise(pl.lit("letters"))
        )
        return people.with_columns(kind.alias("kind"))

    def report(self, intake: Intake) -> LettersReport:
        """What became of all rows and people."""
        return LettersReport(intake.rows, dict(intake.rejected), **self._counts)


def _first(column: str) -> pl.Expr:
    """The first cell with something in it, or nothing."""
    cells = pl.col(column)
    return cells.filter(cells != "").first().fill_null("")


def _language(name: str) -> str:
    """Latin names get the English letter on top; the other one is in the file too."""
    return "en" if name and name.isascii() else "ko"


@contextmanager
def _spill(parent: Path) -> Iterator[tuple[Path, SpillKey]]:
    """A folder for partitions under a key of this run only, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=".letters-", dir=parent))
    try:
        yield folder, SpillKey(secrets.token_bytes(32), secrets.token_bytes(BUILD_ID_BYTES))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A file that appears under its name when it is whole. A spreadsheet knows it as UTF-8."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 (a descriptor)
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            raise _exists() from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _exists() -> BuildError:
    return BuildError(
        "letters",
        "The file for the letters exists already.",
        "Name a new one: letters that went out are not to be mixed up with others.",
    )
