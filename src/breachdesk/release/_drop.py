"""Deleting the buckets of releases no longer in force (PROTOCOL section 8.4, last line)."""

import os
import shutil
from collections.abc import Callable

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._decode import decode_entry
from breachdesk.release._disk import disk_errors, sync_one
from breachdesk.release._manifest import Manifest
from breachdesk.release._store import Store


def drop_buckets(store: Store, epoch: int) -> tuple[int, ...]:
    """Delete the buckets of every release of a key epoch but the one in force; their numbers.

    Under the store's lock. Each release's go as a whole: a kill leaves all of them or none in their
    place. Manifests, leaves and checkpoints stay. Raises `StoreError`.
    """
    current = store.current()
    force = current.number if current else None
    return _drop(store, lambda one: one.epoch == epoch and one.release != force)


def drop_older_buckets(store: Store, kept: int | None) -> tuple[int, ...]:
    """Delete the buckets of every release but `kept`; their numbers. Otherwise as drop_buckets."""
    return _drop(store, lambda one: one.release != kept)


def _drop(store: Store, unwanted: Callable[[Manifest], bool]) -> tuple[int, ...]:
    dropped = []
    for number in range(1, store.size + 1):
        found = decode_entry(store.read(wire.entry_path(number)))
        buckets = store.folder / wire.release_path(number) / layout.BUCKETS
        if not isinstance(found, Manifest) or not unwanted(found) or not buckets.exists():
            continue
        aside = store.folder / layout.STAGING / f"dropped-{number:06d}"
        with disk_errors("deleting buckets"):
            aside.parent.mkdir(exist_ok=True)
            os.replace(buckets, aside)  # noqa: PTH105 (says that it is one step)
            sync_one(buckets.parent)
            shutil.rmtree(aside)
        dropped.append(number)
    return tuple(dropped)
