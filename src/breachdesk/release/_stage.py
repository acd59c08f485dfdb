"""One release on its way into the store (PROTOCOL section 8.4, last paragraph)."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._bucket import bucket_length
from breachdesk.release._checkpoint import (
    Checkpoint,
    cosign,
    open_history_note,
    sign_checkpoint,
)
from breachdesk.release._decode import decode_entry
from breachdesk.release._disk import disk_errors, sync_one, sync_tree, write_durable
from breachdesk.release._manifest import Manifest, Tombstone
from breachdesk.release._tree import BucketTree, entry_hash, log_root
from breachdesk.release._vkey import LOG_TYPE, Signer, VKey
from breachdesk.release.errors import ReleaseError, StoreError

if TYPE_CHECKING:
    from breachdesk.release._store import Store


class Stage:
    """A private folder that becomes release `number`. As a context manager it discards itself.

    `buckets` is where the bucket files go, under the names of section 8.4.
    """

    def __init__(self, store: "Store", number: int) -> None:
        self.number = number
        self.folder = store.folder / layout.STAGING / f"{number:06d}"
        self.buckets = self.folder / layout.BUCKETS
        self._store = store
        with disk_errors("making a place for the release"):
            self.discard()
            self.buckets.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove the stage; nothing to do once it is published."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def bucket(self, index: int) -> Path:
        return self.buckets / f"{index:08x}"

    def write_bucket(self, index: int, header_and_body: bytes) -> None:
        """Write what encode_bucket made; its path follows with add_paths."""
        with disk_errors("writing a bucket"):
            self.bucket(index).write_bytes(header_and_body)

    def add_paths(self, tree: BucketTree) -> None:
        """Append its Merkle path to every bucket file."""
        with disk_errors("writing a bucket"):
            for index in range(1 << tree.depth):
                with self.bucket(index).open("ab") as file:
                    file.write(tree.path(index))

    def publish(
        self, entry: bytes, log_signer: Signer, timestamp_signer: Signer, time: int
    ) -> bool:
        """Make this the newest log entry, signed, with a cosignature at `time` (Unix seconds).

        The folder is complete and on disk before it gets its name, and has its name before the
        checkpoint names it: a stop at any point leaves the last release in force. False if exactly
        this entry is published already (nothing changes then). Raises ReleaseError for an entry
        that no client would take; StoreError: exists, incomplete, other-log, damaged, disk.
        """
        store = self._store
        found = self._check_entry(entry, log_signer)
        if self.number <= store.size:
            return self._already(entry)
        self._check_new(found, log_signer)
        self._check_buckets(found)
        leaves = (*store.leaves(), entry_hash(entry))
        checkpoint = Checkpoint(log_signer.name, self.number, log_root(leaves))
        note = cosign(sign_checkpoint(checkpoint, log_signer), timestamp_signer, time)
        with disk_errors("writing the release"):
            self._write(entry, b"".join(leaves), note)
            self._move_into_place()
        with store.changing_checkpoint():
            store.replace_checkpoint(note)
            store.on_step("published")
        with disk_errors("ending the publication"):
            (store.folder / layout.PUBLISHING).unlink()
            store.on_step("unmarked")
        return True

    def _check_entry(self, entry: bytes, log_signer: Signer) -> Manifest | Tombstone:
        found = decode_entry(entry)
        number = found.release if isinstance(found, Manifest) else found.number
        if number != self.number or found.origin != log_signer.name:
            raise ReleaseError("manifest-format", "number or origin is not this log's next")
        return found

    def _already(self, entry: bytes) -> bool:
        if self._store.read(wire.entry_path(self.number)) == entry:
            return False
        raise StoreError(
            "exists",
            f"release {self.number} is published with other contents",
            "releases are never changed: publish the next number instead",
        )

    def _check_new(self, found: Manifest | Tombstone, log_signer: Signer) -> None:
        """The same log as before, and a release id that no earlier release has."""
        store = self._store
        if store.size == 0:
            return
        try:
            log = VKey.of(log_signer, LOG_TYPE)
            open_history_note(store.read(wire.CHECKPOINT_PATH), log, ())
            earlier = [decode_entry(store.read(wire.entry_path(n))) for n in range(1, self.number)]
        except ReleaseError as error:
            raise StoreError(
                "other-log",
                f"the published releases do not go with these keys ({error.code})",
                "use the key folder and the release folder that belong together",
            ) from None
        ids = {one.release_id for one in earlier if isinstance(one, Manifest)}
        if isinstance(found, Manifest) and found.release_id in ids:
            raise StoreError(
                "exists",
                "an earlier release has this release id",
                "build again: the release id binds the release number",
            )

    def _check_buckets(self, found: Manifest | Tombstone) -> None:
        """All files are there, of the one length; their contents are the builder's business."""
        if isinstance(found, Tombstone):
            with disk_errors("writing the tombstone"):
                shutil.rmtree(self.buckets)
            return
        shape = found.buckets
        size = bucket_length(shape.count, shape.capacity)
        with disk_errors("looking at the buckets"), os.scandir(self.buckets) as listed:
            names = {one.name for one in listed if one.stat(follow_symlinks=False).st_size == size}
        if len(names) != shape.count or any(
            f"{index:08x}" not in names for index in range(shape.count)
        ):
            raise StoreError("incomplete", "not every bucket file is written", "build again")

    def _write(self, entry: bytes, leaves: bytes, note: bytes) -> None:
        files = ((layout.ENTRY, entry), (layout.LEAVES, leaves), (layout.CHECKPOINT, note))
        for name, data in files:
            write_durable(self.folder / name, data)
        self._store.on_step("written")
        sync_tree(self.folder)
        self._store.on_step("synced")

    def _move_into_place(self) -> None:
        store = self._store
        releases = store.folder / layout.RELEASES
        releases.mkdir(exist_ok=True)
        write_durable(store.folder / layout.PUBLISHING, str(self.number).encode())
        sync_one(store.folder)
        store.on_step("marked")
        self.folder.rename(store.folder / wire.release_path(self.number))
        sync_one(releases)
        store.on_step("renamed")
