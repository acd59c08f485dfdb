"""A new epoch's incidents that are built and wait for the others of the release in force.

Outputs are of one epoch, so after a rotation every incident is evaluated anew from its files, one
build each. A release of the new epoch with fewer incidents than the one in force would say "not
found" to everybody of the others; so it is published when the last one is there.
"""

from collections.abc import Collection, Iterable
from datetime import date

from breachdesk.ingest._announce import change_of
from breachdesk.ingest._ledger import NOTHING_WAITS, Waiting
from breachdesk.ingest._plan import Plan
from breachdesk.ingest._precondition import check_keeps_earlier, lost
from breachdesk.ingest.errors import BuildError
from breachdesk.release import Change, Current, IncidentCounts, Manifest


def waiting_of(plan: Plan, current: Current | None, number: int) -> Waiting:
    """What waits to be published as entry `number`, next to the release in force.

    Raises `BuildError` where this build would add to it.
    """
    if plan.ledger is None or current is None:
        return NOTHING_WAITS
    found = plan.ledger.waiting(current.manifest.release_id, number)
    if plan.request.amend == "add" and found.sets:
        raise BuildError(
            "amend",
            f"Release {current.number} is of an earlier epoch, and the incidents that are built "
            "for this one wait.",
            "Give all files of the incident with --replace --wait; or add to it when the release "
            "of this epoch is published.",
        )
    return found


def waits_for(
    plan: Plan,
    current: Current | None,
    covered: Collection[tuple[str, int]],
    retired: Collection[str],
) -> tuple[str, ...]:
    """The incidents that the release has to wait for; none if it can be published.

    `covered` and `retired` are those of `check_keeps_earlier`. Raises `BuildError`.
    """
    missing = lost(current, covered, retired)
    if not missing or current is None or current.manifest.epoch >= plan.keys.epoch:
        check_keeps_earlier(current, covered, retired)
        return ()
    if plan.request.wait and plan.ledger:
        return missing
    listed = ", ".join(missing)
    raise BuildError(
        "incident-dropped",
        f"The release in force covers {listed} too, with nothing built under the keys of epoch "
        f"{plan.keys.epoch}: what a ledger keeps is of one epoch.",
        "Give --wait (and no --no-ledger) to this build, then build from all their files, with "
        f"--wait and the same keys: {listed}. The last one publishes the release of all; until "
        "then the release in force stays. An incident without files can be retired before, with "
        "the old keys (breachdesk retire).",
    )


def changes_of_waiting(
    earlier: Manifest | None, incidents: Iterable[IncidentCounts], on: date
) -> tuple[Change, ...]:
    """What the release changes in incidents that have waited for it."""
    known = {one.id for one in earlier.incidents} if earlier else set()
    return tuple(
        change_of("replaced" if now.id in known else "first", earlier, now, now.records.indexed, on)
        for now in incidents
    )
