"""The incidents of a manifest, and that their counts agree (PROTOCOL section 8.2)."""

from collections.abc import Sequence
from typing import Any

from breachdesk.release._catalogue import ITEM_BITS
from breachdesk.release._decode_date import read_date
from breachdesk.release._decode_records import read_reasons, read_records
from breachdesk.release._manifest import IncidentCounts, Lookup, LookupCounts
from breachdesk.wire import Strict

_INCIDENT_KEYS = ("id", "number", "first", "last", "items", "records", "subjects", "lookups")


def read_incidents(
    strict: Strict, value: Any, lookups: Sequence[Lookup], release: int
) -> tuple[IncidentCounts, ...]:
    """1 to 32 incidents of `release`, in ascending order of number, with different ids."""
    found = strict.array(value, "incidents", 1, 32)
    read = _Incidents(strict, {one.id: one for one in lookups}, release)
    incidents = tuple(read.incident(one, f"incidents[{i}]") for i, one in enumerate(found))
    numbers = [one.number for one in incidents]
    if numbers != sorted(set(numbers)):
        strict.fail("incidents", "not in ascending order of number")
    if len({one.id for one in incidents}) != len(incidents):
        strict.fail("incidents", "one id twice")
    return incidents


class _Incidents:
    def __init__(self, strict: Strict, lookups: dict[str, Lookup], release: int) -> None:
        self._strict = strict
        self._lookups = lookups
        self._release = release

    def incident(self, value: Any, where: str) -> IncidentCounts:
        strict = self._strict
        one = strict.object(value, where, _INCIDENT_KEYS)
        first = read_date(strict, one["first"], f"{where}.first")
        last = read_date(strict, one["last"], f"{where}.last")
        if last < first:
            strict.fail(where, "last is before first")
        subjects = strict.integer(one["subjects"], f"{where}.subjects", 0)
        return IncidentCounts(
            id=strict.text(one["id"], f"{where}.id", most=32, pattern=r"[a-z0-9-]+"),
            number=strict.integer(one["number"], f"{where}.number", 1, 65_535),
            first=first,
            last=last,
            items=self._items(one["items"], f"{where}.items"),
            records=read_records(strict, one["records"], f"{where}.records", self._release),
            subjects=subjects,
            lookups=self._counts(one["lookups"], f"{where}.lookups", subjects),
        )

    def _items(self, value: Any, where: str) -> tuple[str, ...]:
        found = self._strict.array(value, where, 0, len(ITEM_BITS))
        items = tuple(self._strict.choice(code, where, ITEM_BITS) for code in found)
        bits = [ITEM_BITS[code] for code in items]
        if bits != sorted(set(bits)):
            self._strict.fail(where, "not in order of bits")
        return items

    def _counts(self, value: Any, where: str, subjects: int) -> tuple[LookupCounts, ...]:
        found = self._strict.array(value, where, 0, len(self._lookups))
        counts = tuple(self._count(one, f"{where}[{i}]") for i, one in enumerate(found))
        if len({one.id for one in counts}) != len(counts):
            self._strict.fail(where, "one lookup twice")
        if any(one.subjects > subjects or one.entries < one.subjects for one in counts):
            self._strict.fail(where, "counts that cannot be")
        return counts

    def _count(self, value: Any, where: str) -> LookupCounts:
        strict = self._strict
        one = strict.object(value, where, ("id", "subjects", "entries", "left_out"))
        lookup = self._lookups[strict.choice(one["id"], f"{where}.id", self._lookups)]
        reasons = [f"{fault}:{name}" for fault in ("missing", "invalid") for name in lookup.fields]
        return LookupCounts(
            id=lookup.id,
            subjects=strict.integer(one["subjects"], f"{where}.subjects", 0),
            entries=strict.integer(one["entries"], f"{where}.entries", 0),
            left_out=read_reasons(strict, one["left_out"], f"{where}.left_out", reasons),
        )
