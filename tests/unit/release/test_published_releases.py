"""What a folder says was published, and when."""

from dataclasses import replace

import pytest

from breachdesk.release import Published, Store, StoreError, published
from breachdesk.wire import entry_path, release_checkpoint_path
from tests.factories.releases import (
    PUBLISHED,
    Service,
    build_release,
    bury,
    publish_entry,
    with_incident,
)


def test_releases_and_no_tombstones_with_their_own_moments(store: Store, service: Service) -> None:
    build = build_release(2)
    both = replace(build, manifest=with_incident(build.manifest, "kt-2016", 8))
    publish_entry(store, service, both, PUBLISHED + 60)
    bury(store, service, "kt-2014", PUBLISHED + 120)
    store.freshen(service.timestamp, PUBLISHED + 1000)
    assert published(store) == (
        Published(1, PUBLISHED, ("kt-2014",)),
        Published(2, PUBLISHED + 60, ("kt-2014", "kt-2016")),
    )


def test_a_folder_with_nothing_in_it(store: Store) -> None:
    assert published(Store(store.folder / "none")) == ()


def test_another_manifest_or_no_moment_is_damage(store: Store) -> None:
    note = store.folder / release_checkpoint_path(1)
    whole = note.read_bytes()
    note.write_bytes(b"\n".join(whole.split(b"\n")[:-2]) + b"\n")
    with pytest.raises(StoreError, match="nobody cosigned"):
        published(store)
    note.write_bytes(whole)
    entry = store.folder / entry_path(1)
    entry.write_bytes(entry.read_bytes() + b" ")
    with pytest.raises(StoreError, match="not the one in the log"):
        published(store)
