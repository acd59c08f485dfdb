"""What the log of a folder of releases says: ids of releases, what was retired."""

from collections.abc import Iterator

from breachdesk import wire
from breachdesk.release import Manifest, Store, Tombstone, decode_entry


def release_ids(store: Store) -> frozenset[bytes]:
    """The ids of all releases. Raises `StoreError` or `ReleaseError`."""
    return frozenset(one.release_id for one in _entries(store) if isinstance(one, Manifest))


def retired_names(store: Store) -> dict[str, int]:
    """What tombstones retired, and their numbers. Raises `StoreError` or `ReleaseError`."""
    return {one.retired: one.number for one in _entries(store) if isinstance(one, Tombstone)}


def _entries(store: Store) -> Iterator[Manifest | Tombstone]:
    for number in range(1, store.size + 1):
        yield decode_entry(store.read(wire.entry_path(number)))
