"""Release id and manifest of a build (PROTOCOL 8.1 and 8.2)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from struct import pack

from breachdesk.identifiers import CANONICALISATION_VERSION
from breachdesk.incident import Incident
from breachdesk.ingest._accounts import source_rows
from breachdesk.ingest._evaluators import kinds_of
from breachdesk.ingest._intake import Intake
from breachdesk.ingest._request import SourceReport
from breachdesk.ingest._sealing import Shape
from breachdesk.ingest._tally import Tally
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeyFolder, OprfPublic
from breachdesk.release import (
    Buckets,
    Change,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
    Records,
    Share,
    release_id,
)

_PARAMETERS = b"breachdesk/parameters/v1"


def make_release_id(
    keys: KeyFolder, number: int, intake: Intake, incident: Incident, max_slots: int
) -> bytes:
    """The id that binds all that decides this build's bytes."""
    public = (keys.public.oprf[kind].public for kind in kinds_of(incident.lookups))
    parameters = b"".join(
        (_PARAMETERS, pack(">IHB", keys.epoch, CANONICALISATION_VERSION, max_slots), *public)
    )
    return release_id(
        keys.release,
        number,
        intake.digests,
        intake.mapping,
        incident.release_binding(),
        parameters,
    )


def records_of(
    number: int, intake: Intake, tally: Tally, sources: Sequence[SourceReport]
) -> Records:
    """Rows of release `number` by what became of them, in all and by file.

    Raises `BuildError` unless every row is accounted for.
    """
    rejected = intake.rejected + Counter({"no-lookup": tally.rejected})
    by_table = sum(one.indexed for one in sources)
    if intake.rows != tally.indexed + rejected.total() or by_table != tally.indexed:
        raise BuildError(
            "count",
            f"{intake.rows} rows were read, and {tally.indexed + rejected.total()} are accounted "
            "for.",
            "This is a fault of the program: report it.",
        )
    by_file = source_rows(number, sources)
    return Records(intake.rows, tally.indexed, dict(rejected), by_file)


def change_of(
    earlier: Manifest | None, incident: Incident, records: Records, subjects: int, on: date
) -> Change:
    """What this build changes, as a whole, in its incident (8.2)."""
    known = earlier is not None and any(one.id == incident.id for one in earlier.incidents)
    kind = "replaced" if known else "first"
    return Change(incident.id, kind, on, records.indexed, subjects)


def make_manifest(
    number: int,
    keys: KeyFolder,
    incident: Incident,
    records: Records,
    tally: Tally,
    shape: Shape,
    root: bytes,
) -> Manifest:
    """The manifest of a release that holds this one incident, with no changes yet."""
    return Manifest(
        origin=keys.origin,
        release=number,
        release_id=shape.release_id,
        epoch=keys.epoch,
        keys={kind: _key_list(keys.public.oprf[kind]) for kind in kinds_of(incident.lookups)},
        buckets=Buckets(shape.count, shape.capacity, root, shape.max_slots),
        lookups=tuple(
            Lookup(one.id, one.fields, one.assurance, one.reveals, one.channels)
            for one in incident.lookups
        ),
        incidents=(
            IncidentCounts(
                id=incident.id,
                number=incident.number,
                first=incident.period.first,
                last=incident.period.last,
                items=incident.items,
                records=records,
                subjects=tally.subjects,
                lookups=tuple(
                    LookupCounts(lookup.id, count.subjects, count.entries, count.left_out)
                    for lookup, count in zip(incident.lookups, tally.counts, strict=True)
                ),
            ),
        ),
        changes=(),
        canonicalisation=CANONICALISATION_VERSION,
    )


def _key_list(key: OprfPublic) -> KeyList:
    """The combined key and its shares, or the one key as the only share."""
    return KeyList(key.public, tuple(Share(one.public, one.possession) for one in key.holders))
