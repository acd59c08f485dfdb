"""Stage 3, some partitions of outputs: slots, entries, buckets (PROTOCOL 6 and 7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from breachdesk.entry import Payload, bucket_index, claim_token, seal
from breachdesk.incident import Incident, Lookup
from breachdesk.ingest._evaluate import OUT_PARTITIONS, RECORD_BYTES
from breachdesk.ingest._spill import SpillKey, read_spill
from breachdesk.ingest._workers import worker
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
    def of(cls, incident: Incident) -> "Facts":
        """The facts of an incident."""
        first, last = incident.period.first, incident.period.last
        return cls(
            incident.number, first.toordinal() - _EPOCH_ORDINAL, last.toordinal() - _EPOCH_ORDINAL
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What all buckets of a release share."""

    release_id: bytes
    count: int
    capacity: int
    max_slots: int
    facts: Facts
    padding_key: bytes = field(repr=False)
    claim_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealTask:
    """A run of output partitions that holds whole buckets, from `first` up to `end`."""

    first: int
    end: int
    folder: Path
    shape: Shape


def seal_tasks(folder: Path, shape: Shape) -> Iterator[SealTask]:
    """Tasks that together make all buckets."""
    step = max(1, OUT_PARTITIONS // shape.count)
    for first in range(0, OUT_PARTITIONS, step):
        yield SealTask(first, first + step, folder, shape)


def seal_buckets(task: SealTask) -> list[tuple[int, bytes]]:
    """Write the buckets of a task, without their Merkle paths; their indices and leaf hashes.

    Runs in a worker. Raises `BuildError` when more people than slots share an input.
    """
    setting = worker().setting
    shape = task.shape
    records = sorted(_read(task, setting.spill, setting.spill_key))
    held = {
        index: list(entries(run, setting.lookups, shape))
        for index, run in groupby(records, lambda record: bucket_index(record[:64], shape.count))
    }
    leaves = []
    for index in range(
        task.first * shape.count // OUT_PARTITIONS, task.end * shape.count // OUT_PARTITIONS
    ):
        data = encode_bucket(
            shape.release_id,
            index,
            shape.count,
            shape.capacity,
            held.pop(index, []),
            shape.padding_key,
        )
        (task.folder / f"{index:08x}").write_bytes(data)
        leaves.append((index, leaf_hash(data)))
    return leaves


def entries(records: Iterator[bytes], lookups: Sequence[Lookup], shape: Shape) -> Iterator[bytes]:
    """Seal records in ascending order; people with one output take slots in that order (6.2)."""
    previous, slot = b"", 0
    for record in records:
        out = record[:64]
        slot = slot + 1 if out == previous else 0
        previous = out
        lookup = lookups[record[76]]
        if slot >= shape.max_slots:
            raise BuildError(
                "slots",
                f"More than {shape.max_slots} people share all details of {lookup.id}.",
                "Look whether the right columns tell people apart (subject in the incident file) "
                "and whether a detail is a filler value, or build with a larger --max-slots "
                "(at most 64).",
            )
        yield seal(out, shape.release_id, lookup.id, slot, payload(record, lookup, shape))


def payload(record: bytes, lookup: Lookup, shape: Shape) -> bytes:
    """The 40 bytes that the entry of a record seals: what is not revealed is zero (6.3)."""
    said = _said(record[77:], lookup.reveals, shape.facts)
    if lookup.assurance == "open":
        return said
    subject = record[64:76]
    return said[:16] + subject + claim_token(shape.claim_key, shape.facts.incident, subject)


@lru_cache(maxsize=65_536)
def _said(tail: bytes, reveals: str, facts: Facts) -> bytes:
    """A payload without ids."""
    if reveals == "membership":
        return Payload(facts.incident, 0, 0, 0, 0).encode()
    items, records = int.from_bytes(tail[:8], "big"), int.from_bytes(tail[8:], "big")
    return Payload(facts.incident, items, facts.first_day, facts.last_day, records).encode()


def _read(task: SealTask, spill: Path, key: SpillKey) -> Iterator[bytes]:
    for part in range(task.first, task.end):
        for path in spill.glob(f"outs-{part:02x}-*"):
            for chunk in read_spill(path, key):
                for start in range(0, len(chunk), RECORD_BYTES):
                    yield chunk[start : start + RECORD_BYTES]
