"""Stage 3, some bytes of outputs: slots, entries, buckets (PROTOCOL 6 and 7)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from breachdesk.entry import Payload, claim_token, seal
from breachdesk.incident import Lookup
from breachdesk.ingest._outputs import (
    INCIDENT,
    LOOKUP,
    RECORD_BYTES,
    SUBJECT,
    TAIL,
    IncidentParts,
    outputs_of,
)
from breachdesk.ingest._part_set import IncidentFacts
from breachdesk.ingest._parts import SEGMENTS
from breachdesk.ingest.errors import BuildError
from breachdesk.release import encode_bucket, leaf_hash

_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal(): day numbers count from there (PROTOCOL 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an incident goes into payloads: its number and the day numbers of its period."""

    incident: int
    first_day: int
    last_day: int

    @classmethod
    def of(cls, incident: IncidentFacts) -> "Facts":
        """The facts of an incident."""
        return cls(
            incident.number,
            incident.first.toordinal() - _EPOCH_ORDINAL,
            incident.last.toordinal() - _EPOCH_ORDINAL,
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What all buckets of a release share. `facts` are by incident number."""

    release_id: bytes
    count: int
    capacity: int
    max_slots: int
    lookups: tuple[Lookup, ...]
    facts: Mapping[int, Facts]
    padding_key: bytes = field(repr=False)
    claim_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealTask:
    """The outputs whose first byte is from `first` up to `end`: whole buckets."""

    first: int
    end: int
    folder: Path
    shape: Shape
    incidents: tuple[IncidentParts, ...] = field(repr=False)


def seal_tasks(
    folder: Path, shape: Shape, incidents: tuple[IncidentParts, ...]
) -> Iterator[SealTask]:
    """Tasks that together make all buckets."""
    step = max(1, SEGMENTS // shape.count)
    for first in range(0, SEGMENTS, step):
        yield SealTask(first, first + step, folder, shape, incidents)


def seal_buckets(task: SealTask) -> list[tuple[int, bytes]]:
    """Write the buckets of a task, without their Merkle paths; their indices and leaf hashes.

    Runs in a worker. Raises `BuildError` when more people than slots share an input.
    """
    shape = task.shape
    first, end = (byte * shape.count // SEGMENTS for byte in (task.first, task.end))
    leaves = []
    for index, records in zip(range(first, end), _by_bucket(task, first, end), strict=True):
        data = encode_bucket(
            shape.release_id,
            index,
            shape.count,
            shape.capacity,
            list(entries(records, shape)),
            shape.padding_key,
        )
        (task.folder / f"{index:08x}").write_bytes(data)
        leaves.append((index, leaf_hash(data)))
    return leaves


def _by_bucket(task: SealTask, first: int, end: int) -> Iterator[list[bytes]]:
    """The records of each bucket, in ascending order."""
    records = sorted(_read(task))
    shift = 65 - task.shape.count.bit_length()
    start = 0
    for index in range(first + 1, end):
        stop = bisect_left(records, (index << shift).to_bytes(8, "big"), start)
        yield records[start:stop]
        start = stop
    yield records[start:]


def entries(records: Iterable[bytes], shape: Shape) -> Iterator[bytes]:
    """Seal records in ascending order; people with one output take slots in that order (6.2)."""
    previous, slot = b"", 0
    said: dict[bytes, bytes] = {}
    ids, coded = zip(*((one.id, one.assurance == "code") for one in shape.lookups), strict=True)
    for record in records:
        of, lookup = record[: INCIDENT.stop], record[LOOKUP]
        slot = slot + 1 if of == previous else 0
        previous = of
        if slot >= shape.max_slots:
            raise too_many(shape.lookups[lookup], shape.max_slots)
        saying = record[INCIDENT] + record[LOOKUP:]
        plain = said.get(saying)
        if plain is None or coded[lookup]:
            plain = said[saying] = payload(record, shape.lookups[lookup], shape)
        yield seal(record[:64], shape.release_id, ids[lookup], slot, plain)


def too_many(lookup: Lookup, max_slots: int) -> BuildError:
    """More people than slots."""
    return BuildError(
        "slots",
        f"More than {max_slots} people share all details of {lookup.id}.",
        "Look whether the right columns tell people apart (subject in the incident file) "
        "and whether a detail is a filler value, or build with a larger --max-slots "
        "(at most 64).",
    )


def payload(record: bytes, lookup: Lookup, shape: Shape) -> bytes:
    """The 40 bytes that the entry of a record seals: what is not revealed is zero (6.3)."""
    incident = record[64] << 8 | record[65]
    said = _said(record[TAIL], lookup.reveals, shape.facts[incident])
    if lookup.assurance == "open":
        return said
    subject = record[SUBJECT]
    return said[:16] + subject + claim_token(shape.claim_key, incident, subject)


def _said(tail: bytes, reveals: str, facts: Facts) -> bytes:
    """A payload without ids."""
    if reveals == "membership":
        return Payload(facts.incident, 0, 0, 0, 0).encode()
    items, records = int.from_bytes(tail[:8], "big"), int.from_bytes(tail[8:], "big")
    return Payload(facts.incident, items, facts.first_day, facts.last_day, records).encode()


def _read(task: SealTask) -> Iterator[bytes]:
    for byte in range(task.first, task.end):
        for incident in task.incidents:
            data = outputs_of(incident, byte).tobytes()
            for start in range(0, len(data), RECORD_BYTES):
                yield data[start : start + RECORD_BYTES]
