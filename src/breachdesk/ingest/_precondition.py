"""What must hold before a build begins, and before it goes on."""

from breachdesk.incident import Incident
from breachdesk.ingest._rejects_file import RejectsFile
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeyFolder
from breachdesk.release import Current, KeyList, Records


def check_keeps_earlier(current: Current | None, incident: Incident, keys: KeyFolder) -> None:
    """Refuse a release that would contradict the one in force.

    Clients read the newest release only: an incident that it lacks would be "not found" for
    everybody in it.
    """
    if current is None:
        return
    manifest = current.manifest
    other = [kind for kind in manifest.keys if not _same_key(manifest.keys[kind], keys, kind)]
    same_epoch = manifest.epoch == keys.epoch
    if manifest.origin != keys.origin or manifest.epoch > keys.epoch or (same_epoch and other):
        raise BuildError(
            "key",
            "These are not the keys that the published releases were built with.",
            "Name the key folder that belongs to this releases folder.",
        )
    mine = (incident.id, incident.number)
    if lost := [one.id for one in manifest.incidents if (one.id, one.number) != mine]:
        raise BuildError(
            "incident-dropped",
            f"The release in force covers the incident {lost[0]}, which this build would drop.",
            "Use a releases folder of its own for each incident, with an id and a number that "
            "stay.",
        )


def _same_key(listed: KeyList, keys: KeyFolder, kind: str) -> bool:
    """The same combined key; and once split, the same shares: clients ask who the manifest names.

    A whole folder that was copied before the split lists none, and is refused.
    """
    ours = keys.public.oprf[kind]
    shares = [one.public for one in listed.shares]
    if len(shares) == 1:
        return listed.public == ours.public
    return listed.public == ours.public and shares == [one.public for one in ours.holders]


def check_reread(current: Current | None, rejected: RejectsFile | None, incident: Incident) -> None:
    """Refuse to publish repaired rows of another incident, or in the place of all others."""
    if rejected is None:
        return
    if rejected.head.incident != incident.id:
        raise BuildError(
            "rejects",
            f"The rejected rows are of {rejected.head.incident}, and not of {incident.id}.",
            "Name the incident file of the build that rejected them.",
        )
    if current is not None:
        raise BuildError(
            "rejects",
            "A release is in force, and this one would hold nobody but the people of these rows.",
            "Build from all source files with the repaired mapping.",
        )


def check_rows(records: Records) -> None:
    """Refuse a release that holds nobody."""
    if records.indexed:
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(records.rejected.items()))
    raise BuildError(
        "all-rejected",
        f"None of the {records.read} rows can be found by any lookup ({reasons}).",
        "Run `breachdesk inspect` on the file and correct the mapping, or the lookups and the "
        "subject columns of the incident file.",
    )
