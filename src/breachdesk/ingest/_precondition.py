"""What must hold before a build begins, and before it goes on."""

from collections.abc import Collection, Sequence

from breachdesk.ingest._part_set import Shelved
from breachdesk.ingest._rejects_file import RejectsFile
from breachdesk.ingest._request import Amend
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeyFolder
from breachdesk.release import Current, KeyList, Records


def check_keys(current: Current | None, keys: KeyFolder) -> None:
    """Refuse keys that are not those of the release in force, or of a later epoch."""
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


def check_keeps_earlier(
    current: Current | None, covered: Collection[tuple[str, int]], retired: Collection[str]
) -> None:
    """Refuse a release that would contradict the one in force.

    `covered` are id and number of the incidents that the release will have. Clients read the newest
    release only: an incident that it lacks would be "not found" for everybody in it.
    """
    if missing := lost(current, covered, retired):
        raise BuildError(
            "incident-dropped",
            f"The release in force covers the incident {missing[0]}, which this build would drop: "
            "the ledger does not have it with this id and number.",
            "Name the ledger that has it (--ledger), or take it out of the service first "
            f"(breachdesk retire {missing[0]}), or use another folder of releases.",
        )


def lost(
    current: Current | None, covered: Collection[tuple[str, int]], retired: Collection[str]
) -> tuple[str, ...]:
    """The incidents of the release in force that are neither `covered` nor `retired`."""
    listed = current.manifest.incidents if current else ()
    return tuple(
        one.id for one in listed if one.id not in retired and (one.id, one.number) not in covered
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


def check_reread(
    rejected: RejectsFile, incident: str, amend: Amend | None, earlier: Sequence[Shelved]
) -> None:
    """Refuse rejected rows of another incident or build, and those in the place of all others.

    `earlier` are the part sets of the incident that stay.
    """
    head = rejected.head
    if head.incident != incident:
        raise BuildError(
            "rejects",
            f"The rejected rows are of {head.incident}, and not of {incident}.",
            "Name the incident file of the build that rejected them.",
        )
    if amend == "replace":
        raise BuildError(
            "rejects",
            "The release would hold nobody but the people of these rows.",
            "Give --add, which keeps all others; or give all source files with --replace.",
        )
    known = {rows.release for one in earlier for rows in one.set.records.sources}
    if amend == "add" and not {table.release for table in head.tables} <= known:
        raise BuildError(
            "rejects",
            "The files that these rows were in do not count any more: they were replaced.",
            "Name the file of rejected rows of the build that replaced them.",
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
