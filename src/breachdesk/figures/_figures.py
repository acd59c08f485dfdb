"""What a release says in numbers, one fact a figure (PROTOCOL 8.2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from breachdesk.release import IncidentCounts, Manifest, Records

#: By what a figure counts, in the order of tables.
MEASURES = (
    "people",
    "people-by-item",
    "records-by-item",
    "people-by-lookup",
    "entries-by-lookup",
    "rows-left-out",
    "rows-read",
    "rows-indexed",
    "rows-rejected",
    "source-rows-read",
    "source-rows-indexed",
    "source-rows-rejected",
    "change-records",
    "change-people",
    "people-in-exactly",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a release.

    `incident` is an id, "" where it is of several. `measure` is one of MEASURES; `of` says of what:
    an item, a lookup, a reason, a source's number, a kind of change, incidents joined by +; or "".
    """

    incident: str
    measure: str
    of: str
    value: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What it counts, without the number."""
        return (self.incident, self.measure, self.of)


def figures_of(manifest: Manifest) -> tuple[Figure, ...]:
    """What a manifest alone says, incident by incident."""
    found = [figure for incident in manifest.incidents for figure in _incident(incident)]
    for change in manifest.changes:
        found += [
            Figure(change.incident, "change-records", change.kind, change.records),
            Figure(change.incident, "change-people", change.kind, change.subjects),
        ]
    return tuple(found)


def people_figures(
    items: Mapping[str, Mapping[str, tuple[int, int]]], sets: Mapping[tuple[str, ...], int]
) -> tuple[Figure, ...]:
    """What the ledger adds: by incident and item (people, their records), and overlaps."""
    found = []
    for incident, counts in items.items():
        for item, (people, records) in counts.items():
            found.append(Figure(incident, "people-by-item", item, people))
            found.append(Figure(incident, "records-by-item", item, records))
    return (
        *found,
        *(Figure("", "people-in-exactly", "+".join(names), n) for names, n in sets.items()),
    )


def in_order(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """By incident as they come, those of several last, then by measure."""
    found = tuple(figures)
    places = list(dict.fromkeys(one.incident for one in found if one.incident))

    def place(one: Figure) -> tuple[int, int]:
        where = places.index(one.incident) if one.incident else len(places)
        return where, MEASURES.index(one.measure)

    return tuple(sorted(found, key=place))


def _incident(one: IncidentCounts) -> Iterator[Figure]:
    yield Figure(one.id, "people", "", one.subjects)
    for lookup in one.lookups:
        yield Figure(one.id, "people-by-lookup", lookup.id, lookup.subjects)
        yield Figure(one.id, "entries-by-lookup", lookup.id, lookup.entries)
        for reason, count in sorted(lookup.left_out.items()):
            yield Figure(one.id, "rows-left-out", f"{lookup.id} {reason}", count)
    yield from _rows(one.id, one.records)


def _rows(incident: str, records: Records) -> Iterator[Figure]:
    yield Figure(incident, "rows-read", "", records.read)
    yield Figure(incident, "rows-indexed", "", records.indexed)
    for reason, count in sorted(records.rejected.items()):
        yield Figure(incident, "rows-rejected", reason, count)
    for number, source in enumerate(records.sources, 1):
        where = str(number)
        yield Figure(incident, "source-rows-read", where, source.read)
        yield Figure(incident, "source-rows-indexed", where, source.indexed)
        for reason, count in sorted(source.rejected.items()):
            yield Figure(incident, "source-rows-rejected", f"{where} {reason}", count)
