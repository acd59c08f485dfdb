"""The three answers (PROTOCOL section 11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from breachdesk.entry import Opened
from breachdesk.release import ITEM_BITS, IncidentCounts, Lookup, Manifest

Kind = Literal["included", "not-found", "unverifiable"]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """One subject of one incident. Under a membership lookup only `id` is set.

    Dates are None where the entry has none: then the incident's period stands.
    """

    id: str
    items: tuple[str, ...]
    first: date | None
    last: date | None
    records: int | None


@dataclass(frozen=True, slots=True)
class Covers:
    """Whom the release covers, for one incident, and how many this question cannot find.

    `other_lookups` are the questions that may find them.
    """

    id: str
    subjects: int
    not_findable: int
    records: int
    rejected: int
    other_lookups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`release` and `covers` are empty, and `reason` set, exactly if `kind` is unverifiable.

    `reason` is a name of section 12, `evaluator` the name of the one that failed, if
    one did. `evidence` is the transcript, which holds what was typed.
    """

    kind: Kind
    release: int | None = None
    incidents: tuple[Found, ...] = field(default=(), repr=False)
    covers: tuple[Covers, ...] = ()
    reason: str | None = None
    detail: str | None = None
    retry_after: int | None = None
    evaluator: str | None = None
    evidence: bytes | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """What `check --json` prints: everything but the evidence."""
        shape: dict[str, Any] = {
            "answer": self.kind,
            "release": self.release,
            "incidents": [_found_json(one) for one in self.incidents],
            "covers": [_covers_json(one) for one in self.covers],
        }
        if self.reason is not None:
            shape["reason"] = self.reason
        if self.retry_after is not None:
            shape["retry_after"] = self.retry_after
        if self.evaluator is not None:
            shape["evaluator"] = self.evaluator
        return shape


def conclude(
    manifest: Manifest, lookup: Lookup, opened: Sequence[Opened], evidence: bytes | None = None
) -> Answer:
    """The answer once everything held: included if an entry opened, else not found."""
    by_number = {one.number: one for one in manifest.incidents}
    return Answer(
        "included" if opened else "not-found",
        release=manifest.release,
        incidents=tuple(_found(by_number[one.incident], lookup, one) for one in opened),
        covers=tuple(_covers(one, lookup.id) for one in manifest.incidents),
        evidence=evidence,
    )


def _found(incident: IncidentCounts, lookup: Lookup, opened: Opened) -> Found:
    payload = opened.payload
    if lookup.reveals == "membership":
        return Found(incident.id, (), None, None, None)
    items = tuple(code for code, bit in ITEM_BITS.items() if payload.items >> bit & 1)
    first, last = _day(payload.first_day), _day(payload.last_day)
    return Found(incident.id, items, first, last, payload.records)


def _day(number: int) -> date | None:
    return _EPOCH + timedelta(days=number) if number else None


def _covers(incident: IncidentCounts, lookup_id: str) -> Covers:
    findable = sum(one.subjects for one in incident.lookups if one.id == lookup_id)
    return Covers(
        id=incident.id,
        subjects=incident.subjects,
        not_findable=incident.subjects - findable,
        records=incident.records.read,
        rejected=sum(incident.records.rejected.values()),
        other_lookups=tuple(one.id for one in incident.lookups if one.id != lookup_id),
    )


def _found_json(one: Found) -> dict[str, Any]:
    return {
        "id": one.id,
        "items": list(one.items),
        "first": one.first.isoformat() if one.first else None,
        "last": one.last.isoformat() if one.last else None,
        "records": one.records,
    }


def _covers_json(one: Covers) -> dict[str, Any]:
    return {
        "id": one.id,
        "subjects": one.subjects,
        "not_findable_by_this_question": one.not_findable,
        "records": one.records,
        "rejected": one.rejected,
        "other_lookups": list(one.other_lookups),
    }
