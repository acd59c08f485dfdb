"""Stage 1: read, clean and partition the source files (DESIGN section 3)."""

import queue
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from breachdesk.incident import Incident
from breachdesk.ingest._clean import Cleaner
from breachdesk.ingest._guess import guess_mapping
from breachdesk.ingest._mapping import Mapping, column_names
from breachdesk.ingest._mapping_file import MappingFile, bad_mapping, load_mapping
from breachdesk.ingest._open import expand, open_path
from breachdesk.ingest._rejects_file import RejectsFile
from breachdesk.ingest._rejects_source import RejectedSource, rejected_sources
from breachdesk.ingest._request import BuildRequest, Progress
from breachdesk.ingest._source import Batch, Place, Reading, Source
from breachdesk.ingest._stream import Facts, changed, facts_of
from breachdesk.ingest.errors import BuildError, SourceError

Thing = TypeVar("Thing")

STAGE = "read"
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table that can be read, what its columns hold, and what was said of how to read it."""

    source: Source
    mapping: Mapping
    cleaner: Cleaner
    said: Reading
    #: The file on disk that is read: its own, or that of the rejected rows.
    origin: Path
    facts: Facts

    def changed_since(self) -> bool:
        """Whether its file is another one now. Raises SourceError if it is gone."""
        return facts_of(Place(self.origin)) != self.facts


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: how many, and those rejected so far by reason."""

    read: int
    rejected: Counter[str]


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read, by table in the order given, and what binds a release to it."""

    tables: tuple[TableRows, ...]
    digests: tuple[bytes, ...]
    mapping: bytes

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return sum(table.read for table in self.tables)

    @property
    def rejected(self) -> Counter[str]:
        """All rows rejected so far by reason."""
        counts: Counter[str] = Counter()
        for table in self.tables:
            counts.update(table.rejected)
        return counts


def prepare(
    request: BuildRequest, incident: Incident, rejected: RejectsFile | None = None
) -> list[Prepared]:
    """Open every table of every source and settle its mapping, before anything is written.

    With `rejected`, its rows are the source, under what its build took the columns for if no
    mapping is given. Raises `SourceError`.
    """
    given = load_mapping(request.mapping) if request.mapping else None

    def reading_of(place: Place) -> Reading | None:
        said = given.reading(place) if given else Reading()
        return said and replace(
            said,
            encoding=said.encoding or request.encoding,
            delimiter=said.delimiter or request.delimiter,
        )

    sources: Iterable[Source]
    if rejected:
        sources = rejected_sources(rejected, reading_of)
    else:
        paths = expand(request.sources)
        sources = (one for path in paths for one in open_path(path, reading_of, request.passwords))
    prepared = []
    for source in sources:
        origin = rejected.path if rejected else source.place.path
        mapping = _mapping_of(source, given, incident)
        said = reading_of(source.place) or Reading()
        prepared.append(_prepared(source, mapping, incident, said, origin))
    if given and not rejected:
        given.require_used(one.source.place for one in prepared)
    return prepared


def _prepared(
    source: Source, mapping: Mapping, incident: Incident, said: Reading, origin: Path
) -> Prepared:
    cleaner, facts = Cleaner(mapping, incident), facts_of(Place(origin))
    return Prepared(source, mapping, cleaner, said, origin, facts)


def _mapping_of(source: Source, given: MappingFile | None, incident: Incident) -> Mapping:
    if given is None:
        was = source.columns if isinstance(source, RejectedSource) else None
        return Mapping(column_names(source.header), was) if was else guess_mapping(source, incident)
    entry = given.entry(source.place)
    if entry is None or entry.mapping is None:
        raise bad_mapping(given.path, f"says nothing of {source.place.label}")
    return entry.mapping.for_source(source)


class RowSink(Protocol):
    """Where cleaned rows go."""

    def add(self, rows: pl.DataFrame) -> int:
        """Take rows; return the number of those that have no subject."""


class RejectSink(Protocol):
    """Where rows go that are rejected, or may be."""

    def add(self, table: int, batch: Batch, rows: pl.DataFrame) -> None:
        """Look at a batch of a table, by its number from 0, and at its cleaned rows."""


def take_in(
    prepared: Sequence[Prepared],
    partitioner: RowSink,
    progress: Progress,
    rejects: RejectSink | None = None,
) -> Intake:
    """Read all sources to their end. Raises `SourceError`, `BuildError` or `OSError`."""
    tables: list[TableRows] = []
    seen = 0
    size = sum(one.source.size for one in prepared)
    for number, one in enumerate(prepared):
        rejected: Counter[str] = Counter()
        for batch, rows in ahead(_clean(one.cleaner, ahead(_read(one)))):
            rejected.update(reason for _, reason in batch.rejected)
            rejected["no-subject"] += partitioner.add(rows)
            if rejects:
                rejects.add(number, batch, rows)
            seen += rows.height + len(batch.rejected)
            progress(STAGE, seen, _expected(seen, size, prepared), "rows")
        tables.append(TableRows(one.source.rows_read, +rejected))
    _check_digests(prepared)
    total = sum(one.source.rows_read for one in prepared)
    if total != seen:
        raise BuildError(
            "count",
            f"{total} rows were read and {seen} were cleaned.",
            "This is a fault of the program: report it.",
        )
    progress(STAGE, seen, seen, "rows")
    return Intake(
        tables=tuple(tables),
        digests=tuple({one.origin: one.source.digest for one in prepared}.values()),
        mapping=_binding(prepared),
    )


def _expected(seen: int, size: int, prepared: Sequence[Prepared]) -> int:
    """How many rows there will be, by the bytes read so far: for the time that is left."""
    read = sum(one.source.bytes_read for one in prepared)
    return max(seen, seen * size // max(read, 1))


def ahead(things: Iterable[Thing]) -> Iterator[Thing]:
    """The same things, made in a thread of their own, a few before they are asked for."""
    made: queue.Queue[Thing | BaseException | None] = queue.Queue(_AHEAD)
    wanted = threading.Event()
    wanted.set()

    def put(thing: "Thing | BaseException | None") -> None:
        while wanted.is_set():
            try:
                made.put(thing, timeout=0.1)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for thing in things:
                put(thing)
                if not wanted.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 (it is raised again where it is waited for)
            put(error)

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while (thing := made.get()) is not None:
            if isinstance(thing, BaseException):
                raise thing
            yield thing
    finally:
        wanted.clear()
        thread.join()


def _read(one: Prepared) -> Iterator[Batch]:
    """The batches of a table. What is wrong with a file that changed meanwhile is that it did."""
    try:
        yield from one.source.batches()
    except SourceError:
        if one.changed_since():
            raise changed(one.source.place) from None
        raise


def _clean(cleaner: Cleaner, batches: Iterable[Batch]) -> Iterator[tuple[Batch, pl.DataFrame]]:
    for batch in batches:
        yield batch, cleaner.clean(batch)


def _check_digests(prepared: Sequence[Prepared]) -> None:
    """Refuse a file that is named twice, also as a copy; one file may have several tables."""
    places = {one.source.place for one in prepared}
    files = {one.origin: one.source.digest for one in prepared}
    if len(places) < len(prepared) or len(set(files.values())) < len(files):
        raise BuildError(
            "source-twice",
            "Two of the source files are the same file.",
            "Name each file once, so that no record is counted twice.",
        )


def _binding(prepared: Sequence[Prepared]) -> bytes:
    """What the columns of each table hold, in the order of the sources' digests (8.1)."""
    ordered = sorted(
        prepared, key=lambda one: (one.source.digest, one.source.place.member, _table(one))
    )
    parts = [one.mapping.binding() + _reading_binding(one) for one in ordered]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _table(one: Prepared) -> str:
    return one.source.place.table


def _reading_binding(one: Prepared) -> bytes:
    """What decides which rows a table has, beside its bytes: nothing for a plain text file."""
    found, place = one.source.found, one.source.place
    plain = one.said == Reading() and (found.skip, found.header_rows) == (0, 1)
    if plain and not place.member and not place.table:
        return b""
    said = [str(getattr(one.said, field.name)) for field in fields(Reading)]
    texts = [place.member, place.table, str(found.skip), str(found.header_rows), *said]
    encoded = [text.encode("utf-8", "surrogateescape") for text in texts]
    return b"breachdesk/reading/1" + b"".join(
        len(text).to_bytes(4, "big") + text for text in encoded
    )
