"""The rows of an incident, in all and by source, and that they add up (PROTOCOL section 8.2)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from breachdesk.release._catalogue import REJECTIONS
from breachdesk.release._manifest import Records, SourceRows
from breachdesk.wire import Strict

MOST_SOURCES = 256
_ROWS = ("read", "indexed", "rejected")


def read_records(strict: Strict, value: Any, where: str, release: int) -> Records:
    """Rows in all, and the sources of which they are the sum; none is newer than `release`."""
    one = strict.object(value, where, (*_ROWS, "sources"))
    found = strict.array(one["sources"], f"{where}.sources", 1, MOST_SOURCES)
    sources = tuple(
        _source(strict, each, f"{where}.sources[{i}]", release) for i, each in enumerate(found)
    )
    releases = [each.release for each in sources]
    if releases != sorted(releases):
        strict.fail(f"{where}.sources", "not in ascending order of release")
    read, indexed, rejected = _rows(strict, one, where)
    if (read, indexed, +Counter(rejected)) != _sum(sources):
        strict.fail(where, "not the sum of the sources")
    return Records(read, indexed, rejected, sources)


def read_reasons(
    strict: Strict, value: Any, where: str, reasons: Collection[str]
) -> dict[str, int]:
    """Counts by reason, one of `reasons`."""
    found = strict.mapping(value, where)
    return {
        strict.choice(reason, where, reasons): strict.integer(count, where, 0)
        for reason, count in found.items()
    }


def _source(strict: Strict, value: Any, where: str, release: int) -> SourceRows:
    one = strict.object(value, where, ("release", *_ROWS))
    taken = strict.integer(one["release"], f"{where}.release", 1, release)
    return SourceRows(taken, *_rows(strict, one, where))


def _rows(strict: Strict, one: dict[str, Any], where: str) -> tuple[int, int, dict[str, int]]:
    read = strict.integer(one["read"], f"{where}.read", 0)
    indexed = strict.integer(one["indexed"], f"{where}.indexed", 0)
    rejected = read_reasons(strict, one["rejected"], f"{where}.rejected", REJECTIONS)
    if read != indexed + sum(rejected.values()):
        strict.fail(where, "read is not indexed and rejected together")
    return read, indexed, rejected


def _sum(sources: Collection[SourceRows]) -> tuple[int, int, Counter[str]]:
    rejected: Counter[str] = Counter()
    for one in sources:
        rejected.update(one.rejected)
    return sum(s.read for s in sources), sum(s.indexed for s in sources), +rejected
