"""The shape of a release's buckets, as its manifest states it (PROTOCOL sections 7.1 and 8.2)."""

from typing import Any

from breachdesk.release._manifest import Buckets
from breachdesk.wire import Strict

MAX_ENTRIES = 2032
"""Entries of a bucket: with header and path at most 128 KiB and 448 bytes less."""
MAX_COUNT = 2**24
CAPACITY_STEP = 16
_MOST_SLOTS = 64


def read_buckets(strict: Strict, value: Any) -> Buckets:
    found = strict.object(value, "buckets", ("count", "capacity", "root", "max_slots"))
    count = strict.integer(found["count"], "buckets.count", 1, MAX_COUNT)
    if count & (count - 1):
        strict.fail("buckets.count", "not a power of two")
    capacity = strict.integer(found["capacity"], "buckets.capacity", CAPACITY_STEP, MAX_ENTRIES)
    if capacity % CAPACITY_STEP:
        strict.fail("buckets.capacity", "not a multiple of 16")
    return Buckets(
        count=count,
        capacity=capacity,
        root=strict.hex(found["root"], "buckets.root", 32),
        max_slots=strict.integer(found["max_slots"], "buckets.max_slots", 1, _MOST_SLOTS),
    )
