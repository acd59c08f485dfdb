"""Release id, manifest and changes of a release (PROTOCOL 8.1 and 8.2)."""

import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from struct import pack

from breachdesk.identifiers import CANONICALISATION_VERSION
from breachdesk.incident import Lookup as IncidentLookup
from breachdesk.ingest._accounts import source_rows
from breachdesk.ingest._evaluators import kinds_of
from breachdesk.ingest._intake import Intake
from breachdesk.ingest._part_set import Shelved, incidents_of
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
    Manifest,
    Records,
    Share,
    release_id,
)

_PARAMETERS = b"breachdesk/parameters/v1"
_PART_SET = b"breachdesk/part-set/v1"


def part_set_digest(
    key: bytes, source_digests: Iterable[bytes], mapping: bytes, incident: bytes
) -> bytes:
    """What a part set was made of, under the release key (8.1)."""
    digests = sorted(source_digests)
    message = b"".join((_PART_SET, pack(">H", len(digests)), *digests, _long(mapping, incident)))
    return hmac.digest(key, message, "sha256")


def make_release_id(
    keys: KeyFolder,
    number: int,
    sets: Sequence[Shelved],
    lookups: Sequence[IncidentLookup],
    max_slots: int,
) -> bytes:
    """The id that binds all that decides a release's bytes.

    Its part sets, in what order each incident has them, what each incident is by its newest one,
    and the parameters.
    """
    public = (keys.public.oprf[kind].public for kind in kinds_of(lookups))
    parameters = b"".join(
        (_PARAMETERS, pack(">IHB", keys.epoch, CANONICALISATION_VERSION, max_slots), *public)
    )
    incidents = incidents_of(sets).values()
    return release_id(
        keys.release,
        number,
        [one.set.digest for one in sets],
        _long(*(b"".join(one.set.digest for one in of_one) for of_one in incidents)),
        _long(*(of_one[-1].set.incident.binding for of_one in incidents)),
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
    kind: str, earlier: Manifest | None, now: IncidentCounts, records: int, on: date
) -> Change:
    """What a build with `records` indexed rows changes in its incident (8.2)."""
    if kind == "replaced":
        return Change(now.id, kind, on, now.records.indexed, now.subjects)
    before = [one for one in earlier.incidents if one.id == now.id] if earlier else []
    known = sum(one.subjects for one in before) if kind in ("added", "reread") else 0
    return Change(now.id, kind, on, records, now.subjects - known)


def retirements(
    earlier: Manifest | None, now: Sequence[IncidentCounts], on: date
) -> tuple[Change, ...]:
    """The incidents that a release leaves out."""
    kept = {one.id for one in now}
    gone = [one for one in earlier.incidents if one.id not in kept] if earlier else []
    return tuple(Change(one.id, "retired", on, one.records.indexed, one.subjects) for one in gone)


def make_manifest(
    number: int,
    keys: KeyFolder,
    shape: Shape,
    root: bytes,
    incidents: tuple[IncidentCounts, ...],
    changes: tuple[Change, ...],
) -> Manifest:
    """The manifest of a release."""
    return Manifest(
        origin=keys.origin,
        release=number,
        release_id=shape.release_id,
        epoch=keys.epoch,
        keys={kind: _key_list(keys.public.oprf[kind]) for kind in kinds_of(shape.lookups)},
        buckets=Buckets(shape.count, shape.capacity, root, shape.max_slots),
        lookups=tuple(
            Lookup(one.id, one.fields, one.assurance, one.reveals, one.channels)
            for one in shape.lookups
        ),
        incidents=incidents,
        changes=changes,
        canonicalisation=CANONICALISATION_VERSION,
    )


def _key_list(key: OprfPublic) -> KeyList:
    """The combined key and its shares, or the one key as the only share."""
    return KeyList(key.public, tuple(Share(one.public, one.possession) for one in key.holders))


def _long(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
