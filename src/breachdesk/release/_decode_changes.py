"""What a release changed, and that it goes with its incidents (PROTOCOL section 8.2)."""

from collections.abc import Sequence
from typing import Any

from breachdesk.release._catalogue import CHANGES
from breachdesk.release._decode_date import read_date
from breachdesk.release._manifest import Change, IncidentCounts
from breachdesk.wire import Strict

_MOST = 64


def read_changes(
    strict: Strict, value: Any, incidents: Sequence[IncidentCounts]
) -> tuple[Change, ...]:
    """At most 64 changes, of an incident at most one of each kind."""
    found = strict.array(value, "changes", 0, _MOST)
    changes = tuple(_change(strict, one, f"changes[{i}]") for i, one in enumerate(found))
    if len({(one.incident, one.kind) for one in changes}) != len(changes):
        strict.fail("changes", "one kind twice for an incident")
    counts = {one.id: one for one in incidents}
    for i, one in enumerate(changes):
        if not _can_be(one, counts.get(one.incident)):
            strict.fail(f"changes[{i}]", "does not go with the incidents")
    return changes


def _change(strict: Strict, value: Any, where: str) -> Change:
    one = strict.object(value, where, ("incident", "kind", "on", "records", "subjects"))
    return Change(
        incident=strict.text(one["incident"], f"{where}.incident", most=32, pattern=r"[a-z0-9-]+"),
        kind=strict.choice(one["kind"], f"{where}.kind", CHANGES),
        on=read_date(strict, one["on"], f"{where}.on"),
        records=strict.integer(one["records"], f"{where}.records", 0),
        subjects=strict.integer(one["subjects"], f"{where}.subjects", 0),
    )


def _can_be(change: Change, incident: IncidentCounts | None) -> bool:
    """A retired incident is not there; no other change is of more than the incident has."""
    if incident is None or change.kind == "retired":
        return incident is None and change.kind == "retired"
    return change.records <= incident.records.indexed and change.subjects <= incident.subjects
