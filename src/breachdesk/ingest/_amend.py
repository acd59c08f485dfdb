"""What a build does to an incident that is there already, and which part sets stay."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from breachdesk.incident import Lookup
from breachdesk.ingest._known_files import without_files
from breachdesk.ingest._part_set import IncidentFacts, Shelved
from breachdesk.ingest._request import Amend
from breachdesk.ingest.errors import BuildError
from breachdesk.release import Manifest

_MOST_LOOKUPS = 16


@dataclass(frozen=True, slots=True)
class Amendment:
    """`kept` are the earlier part sets of the next release; `kind` as in a manifest's changes."""

    kind: str
    kept: tuple[Shelved, ...]

    def earlier(self, incident: str) -> tuple[Shelved, ...]:
        """The kept part sets of an incident."""
        return tuple(one for one in self.kept if one.set.incident.id == incident)


def settle(
    incident: IncidentFacts,
    amend: Amend | None,
    held: Sequence[Shelved],
    manifest: Manifest | None,
    retired: Collection[str],
    files: Collection[str] = (),
) -> Amendment:
    """Decide, before anything is read. `held` are the ledger's part sets of the release in force.

    With `add`, those of the incident stay but for the ones that `files` were read into.
    Raises `BuildError`, which names the choices.
    """
    if incident.id in retired:
        raise BuildError(
            "retired",
            f"The incident {incident.id} was retired, and the log says so for good.",
            "Give the incident file another id and number.",
        )
    staying = tuple(one for one in held if one.set.incident.id not in retired)
    mine = [one for one in staying if one.set.incident.id == incident.id]
    _check_choice(incident, amend, mine)
    _check_identity(incident, staying)
    kept = tuple(one for one in staying if amend == "add" or one not in mine)
    if amend == "add":
        _check_continues(incident, mine[-1].set.incident)
    if files:
        staying_of_mine = without_files(mine, files)
        kept = tuple(one for one in kept if one not in mine or one in staying_of_mine)
    known = manifest is not None and any(one.id == incident.id for one in manifest.incidents)
    release_lookups((*(one.set.incident for one in kept), incident))
    added = amend == "add" and not files
    return Amendment("added" if added else "replaced" if known else "first", kept)


def release_lookups(incidents: Sequence[IncidentFacts]) -> tuple[Lookup, ...]:
    """The lookups of a release: those of its incidents by number, each id once.

    Raises `BuildError` where one id means two things.
    """
    found: dict[str, Lookup] = {}
    for incident in sorted(incidents, key=lambda one: one.number):
        for lookup in incident.lookups:
            if found.setdefault(lookup.id, lookup) != lookup:
                raise BuildError(
                    "lookups",
                    f"The lookup {lookup.id} means one thing in {incident.id} and another in the "
                    "other incidents of this release.",
                    "Give it the same assurance, channels and reveals in every incident file.",
                )
    if len(found) > _MOST_LOOKUPS:
        raise BuildError(
            "lookups",
            f"The incidents of this release have {len(found)} lookups together.",
            f"A release has at most {_MOST_LOOKUPS}: use the same ones in every incident file.",
        )
    return tuple(found.values())


def check_sources_new(sources: Collection[str], earlier: Sequence[Shelved]) -> None:
    """Refuse a file that an earlier part set of the incident was read from. Raises `BuildError`."""
    known = {digest for one in earlier for digest in one.set.sources}
    if known & set(sources):
        raise BuildError(
            "source-twice",
            "One of the source files is in the ledger already.",
            "Name only the files that are new, so that no record is counted twice; or give all "
            "files of the incident with --replace.",
        )


def _check_choice(incident: IncidentFacts, amend: Amend | None, mine: Sequence[Shelved]) -> None:
    if mine and amend is None:
        rows = sum(one.set.records.indexed for one in mine)
        raise BuildError(
            "amend",
            f"The ledger has {rows:,} records of the incident {incident.id} already.",
            "Say what these sources are: --add, more records beside those; --replace, all records, "
            "in place of those.",
        )
    if amend == "add" and not mine:
        raise BuildError(
            "amend",
            f"The ledger has nothing of the incident {incident.id} under the keys of this epoch.",
            "Name the ledger that has it (--ledger), or build from all files of the incident, "
            "without --add.",
        )


def _check_identity(incident: IncidentFacts, staying: Sequence[Shelved]) -> None:
    """An id has one number, and a number one id."""
    for one in staying:
        other = one.set.incident
        if (other.id == incident.id) != (other.number == incident.number):
            raise BuildError(
                "amend",
                f"The ledger has the incident {other.id} with the number {other.number}; this one "
                f"is {incident.id} with the number {incident.number}.",
                "Different incidents differ in id and number, and an incident keeps both: correct "
                "the incident file.",
            )


def _check_continues(incident: IncidentFacts, earlier: IncidentFacts) -> None:
    """What has been evaluated must mean the same now; period and more items may be corrected."""
    same = (incident.lookups, incident.subject_columns) == (
        earlier.lookups,
        earlier.subject_columns,
    )
    if not same or not set(earlier.items) <= set(incident.items):
        raise BuildError(
            "amend",
            f"The incident file of {incident.id} has other lookups, other subject columns or fewer "
            "items than the records in the ledger were built with.",
            "Put them back as they were, or build from all files with --replace.",
        )
