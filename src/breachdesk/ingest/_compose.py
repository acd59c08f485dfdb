"""A release from part sets: join, count, choose the buckets, seal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from breachdesk.incident import Lookup
from breachdesk.ingest._accounts import all_rows
from breachdesk.ingest._amend import release_lookups
from breachdesk.ingest._announce import make_release_id
from breachdesk.ingest._count import Census, CountTask, count_outputs, prefix_bits
from breachdesk.ingest._join import Joined, JoinedCount, JoinTask, join_people, joined_tail
from breachdesk.ingest._outputs import (
    SUBJECT,
    TAIL,
    IncidentParts,
    SetParts,
    record_of,
)
from breachdesk.ingest._part_set import IncidentFacts, LookupCount, Shelved, incidents_of
from breachdesk.ingest._parts import SEGMENTS
from breachdesk.ingest._request import Progress
from breachdesk.ingest._sealing import Facts, Shape, seal_buckets, seal_tasks
from breachdesk.ingest._workers import Workers
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeyFolder
from breachdesk.release import (
    BucketTree,
    IncidentCounts,
    LookupCounts,
    Stage,
    padding_key,
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a release is made of. `scratch` takes what is joined, sealed under `secret`."""

    keys: KeyFolder
    sets: tuple[Shelved, ...]
    max_slots: int
    scratch: Path
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Composed:
    """Sealed buckets in the stage, and what a manifest says of them.

    `samples` are records (`_outputs`) of every lookup of every incident.
    """

    shape: Shape
    root: bytes
    lookups: tuple[Lookup, ...]
    incidents: tuple[IncidentCounts, ...]
    samples: list[bytes] = field(repr=False)
    parts: tuple[IncidentParts, ...] = field(repr=False)

    def released(self, output: bytes, incident: IncidentFacts) -> bytes:
        """The record that an output of a part of this incident has in the release."""
        (parts,) = (one for one in self.parts if one.number == incident.number)
        record = record_of(output, incident.number, _numbers(incident, self.lookups))
        tail = joined_tail(parts.joined, record[SUBJECT]) if parts.joined else None
        return record if tail is None else record[: TAIL.start] + tail


def compose(recipe: Recipe, workers: Workers, stage: Stage, progress: Progress) -> Composed:
    """Make the buckets of a release in its stage. Raises `BuildError` or `OSError`."""
    incidents = incidents_of(recipe.sets)
    lookups = release_lookups([sets[-1].set.incident for sets in incidents.values()])
    people: dict[str, JoinedCount] = {}
    parts = []
    for id_, sets in incidents.items():
        one = _parts(sets, lookups)
        if len(sets) > 1:
            people[id_] = _join(recipe, sets, workers)
            several = people[id_].several > 0
            joined = _joined(recipe, one.number) if several else None
            one = IncidentParts(one.number, one.sets, joined)
        parts.append(one)
    census = _count(recipe, tuple(parts), workers)
    counts = tuple(
        _incident_counts(sets, people.get(id_), lookups, census.entries)
        for id_, sets in incidents.items()
    )
    shape = _shape(recipe, stage, lookups, census)
    root = _seal(shape, tuple(parts), workers, stage, progress)
    return Composed(shape, root, lookups, counts, census.samples(), tuple(parts))


def _parts(sets: Sequence[Shelved], lookups: Sequence[Lookup]) -> IncidentParts:
    return IncidentParts(
        sets[0].set.incident.number,
        tuple(SetParts(one.paths, _numbers(one.set.incident, lookups), one.secret) for one in sets),
    )


def _numbers(incident: IncidentFacts, lookups: Sequence[Lookup]) -> bytes:
    """The release's numbers of an incident's lookups, in its order."""
    places = {one.id: number for number, one in enumerate(lookups)}
    return bytes(places[one.id] for one in incident.lookups)


def _joined(recipe: Recipe, number: int) -> Joined:
    return Joined(recipe.scratch, number, recipe.secret)


def _join(recipe: Recipe, sets: Sequence[Shelved], workers: Workers) -> JoinedCount:
    incident = sets[-1].set.incident
    places = tuple((one.paths, one.secret) for one in sets)
    into, width = _joined(recipe, incident.number), len(incident.lookups)
    tasks = (JoinTask(byte, places, width, into) for byte in range(SEGMENTS))
    subjects, several, lookups = 0, 0, [0] * width
    for one in workers.run(join_people, tasks):
        subjects += one.subjects
        several += one.several
        lookups = [a + b for a, b in zip(lookups, one.lookups, strict=True)]
    return JoinedCount(subjects, tuple(lookups), several)


def _count(recipe: Recipe, parts: tuple[IncidentParts, ...], workers: Workers) -> Census:
    """Count all entries, and see that none is missing where a part set is an incident's only one.

    Raises `BuildError`.
    """
    most = sum(count.entries for one in recipe.sets for count in one.set.lookups)
    bits = prefix_bits(most)
    census = Census(bits)
    tasks = (CountTask(byte, bits, parts) for byte in range(SEGMENTS))
    for one in workers.run(count_outputs, tasks):
        census.add(one)
    return census


def _incident_counts(
    sets: Sequence[Shelved],
    joined: JoinedCount | None,
    lookups: Sequence[Lookup],
    entries: Mapping[tuple[int, int], int],
) -> IncidentCounts:
    incident = sets[-1].set.incident
    numbers = _numbers(incident, lookups)
    own = [one.set.lookups for one in sets]
    counts = []
    for place, lookup in enumerate(incident.lookups):
        of_sets = [each[place] for each in own]
        held = entries.get((incident.number, numbers[place]), 0)
        _check_entries(of_sets, held)
        people = joined.lookups[place] if joined else of_sets[0].subjects
        counts.append(LookupCounts(lookup.id, people, held, _sums(c.left_out for c in of_sets)))
    return IncidentCounts(
        id=incident.id,
        number=incident.number,
        first=incident.first,
        last=incident.last,
        items=incident.items,
        records=all_rows(
            [one.set.records for one in sets if not one.set.moved],
            [moved for one in sets for moved in one.set.moved],
        ),
        subjects=joined.subjects if joined else sets[0].set.subjects,
        lookups=tuple(counts),
    )


def _check_entries(of_sets: Sequence[LookupCount], held: int) -> None:
    """No entry was lost on disk: all of one set, or of several as many as there can be."""
    counts = [one.entries for one in of_sets]
    if not max(counts) <= held <= sum(counts):
        raise BuildError(
            "count",
            f"{sum(counts)} entries were set aside, and {held} are there.",
            "Restore the ledger from a copy, or build again with --restart; report it if it stays.",
        )


def _sums(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


def _shape(recipe: Recipe, stage: Stage, lookups: tuple[Lookup, ...], census: Census) -> Shape:
    keys = recipe.keys
    release = make_release_id(keys, stage.number, recipe.sets, lookups, recipe.max_slots)
    count, capacity = census.shape()
    facts = {
        sets[-1].set.incident.number: Facts.of(sets[-1].set.incident)
        for sets in incidents_of(recipe.sets).values()
    }
    return Shape(
        release_id=release,
        count=count,
        capacity=capacity,
        max_slots=recipe.max_slots,
        lookups=lookups,
        facts=facts,
        padding_key=padding_key(keys.padding, release),
        claim_key=keys.claim,
    )


def _seal(
    shape: Shape,
    parts: tuple[IncidentParts, ...],
    workers: Workers,
    stage: Stage,
    progress: Progress,
) -> bytes:
    """Write all buckets with their paths; the root."""
    leaves = bytearray(32 * shape.count)
    done = 0
    for part in workers.run(seal_buckets, seal_tasks(stage.buckets, shape, parts)):
        for index, leaf in part:
            leaves[32 * index : 32 * index + 32] = leaf
        done += len(part)
        progress("seal", done, shape.count, "buckets")
    tree = BucketTree([bytes(leaves)])
    stage.add_paths(tree)
    return tree.root
