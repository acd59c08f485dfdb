"""Stage 1: read, clean and partition the source files (DESIGN section 3)."""

import queue
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import polars as pl

from breachdesk.incident import Incident
from breachdesk.ingest._clean import Cleaner
from breachdesk.ingest._mapping import Mapping, guess_mapping, load_mapping
from breachdesk.ingest._read import Batch, Source, open_source
from breachdesk.ingest._request import BuildRequest, Progress
from breachdesk.ingest.errors import BuildError

Thing = TypeVar("Thing")

STAGE = "read"
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source that can be read, and what its columns hold."""

    source: Source
    mapping: Mapping
    cleaner: Cleaner


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read: rows, rows rejected so far by reason, and what binds a release to it."""

    rows: int
    rejected: Counter[str]
    digests: tuple[bytes, ...]
    mapping: bytes


def prepare(request: BuildRequest, incident: Incident) -> list[Prepared]:
    """Open every source and settle its mapping, before anything is written.

    Raises `SourceError`.
    """
    given = load_mapping(request.mapping) if request.mapping else None
    prepared = []
    for path in request.sources:
        source = open_source(path, encoding=request.encoding, delimiter=request.delimiter)
        mapping = given.for_source(source) if given else guess_mapping(source, incident)
        prepared.append(Prepared(source, mapping, Cleaner(mapping, incident)))
    return prepared


class RowSink(Protocol):
    """Where cleaned rows go."""

    def add(self, rows: pl.DataFrame) -> int:
        """Take rows; return the number of those that have no subject."""


def take_in(prepared: Sequence[Prepared], partitioner: RowSink, progress: Progress) -> Intake:
    """Read all sources to their end. Raises `SourceError`, `BuildError` or `OSError`."""
    rejected: Counter[str] = Counter()
    seen = 0
    size = sum(one.source.path.stat().st_size for one in prepared)
    for one in prepared:
        for batch, rows in ahead(_clean(one.cleaner, ahead(one.source.batches()))):
            rejected.update(reason for _, reason in batch.rejected)
            rejected["no-subject"] += partitioner.add(rows)
            seen += rows.height + len(batch.rejected)
            progress(STAGE, seen, _expected(seen, size, prepared), "rows")
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
        rows=seen,
        rejected=+rejected,
        digests=tuple(one.source.digest for one in prepared),
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


def _clean(cleaner: Cleaner, batches: Iterable[Batch]) -> Iterator[tuple[Batch, pl.DataFrame]]:
    for batch in batches:
        yield batch, cleaner.clean(batch)


def _check_digests(prepared: Sequence[Prepared]) -> None:
    if len({one.source.digest for one in prepared}) < len(prepared):
        raise BuildError(
            "source-twice",
            "Two of the source files are the same file.",
            "Name each file once, so that no record is counted twice.",
        )


def _binding(prepared: Sequence[Prepared]) -> bytes:
    """What the columns of each source hold, in the order of the sources' digests (8.1)."""
    ordered = sorted(prepared, key=lambda one: one.source.digest)
    parts = [one.mapping.binding() for one in ordered]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
