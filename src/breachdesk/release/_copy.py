"""A folder that holds a copy of somebody's log, placed release by release (PROTOCOL 8.4).

What is being fetched stands in `.mirror/`, and stays there when the program is killed. A release
gets its name once all of it was verified and is on the disk; `checkpoint` is replaced last.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._disk import (
    disk_errors,
    file_lock,
    replace_durable,
    sync_one,
    sync_tree,
)
from breachdesk.release._store import Store
from breachdesk.release._vkey import VKey
from breachdesk.release.errors import ReleaseError, StoreError

_KEYS, _NEW = "keys", ".new"


class Copy:
    """The folder, which need not exist before the lock. `store` reads what is published in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        self._work = folder / layout.MIRROR

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder against other mirrors and builds.

        StoreError: locked, not-a-release-folder, disk.
        """
        layout.check_is_release_folder(self.folder)
        with contextlib.ExitStack() as stack:
            with disk_errors("opening the folder"):
                self.folder.mkdir(parents=True, exist_ok=True)
                try:
                    stack.enter_context(file_lock(self.folder / layout.LOCK, wait=False))
                except BlockingIOError:
                    raise StoreError(
                        "locked",
                        "another mirror or a build is writing to this folder",
                        "wait until it has ended, then start again",
                    ) from None
                self._work.mkdir(exist_ok=True)
                (self.folder / layout.RELEASES).mkdir(exist_ok=True)
            yield

    def keys(self) -> tuple[VKey, ...]:
        """The keys that earlier runs were given, the log's first. StoreError("damaged")."""
        path = self._work / _KEYS
        if not path.exists():
            return ()
        try:
            return tuple(VKey.parse(line) for line in path.read_text("utf-8").splitlines())
        except (ReleaseError, ValueError):
            raise StoreError(
                "damaged", f"{layout.MIRROR}/{_KEYS} holds no keys", "delete it and give --log"
            ) from None

    def remember_keys(self, keys: Sequence[VKey]) -> None:
        with disk_errors("writing the log's keys"):
            data = "".join(f"{key.text}\n" for key in keys).encode()
            replace_durable(self._work / _KEYS, self._work / _NEW, data)

    def placed(self, number: int) -> bool:
        """Whether the release has its name: then all of it was verified."""
        return (self.folder / wire.release_path(number)).is_dir()

    def has_buckets(self, number: int) -> bool:
        return (self.folder / wire.release_path(number) / layout.BUCKETS).is_dir()

    def stage(self, number: int, *, buckets: bool) -> Path:
        """Where the files of a release are gathered, with what an earlier run left there."""
        folder = self._work / f"{number:06d}"
        with disk_errors("making a place for the release"):
            folder.mkdir(exist_ok=True)
            if buckets:
                (folder / layout.BUCKETS).mkdir(exist_ok=True)
        return folder

    def write(self, path: Path, data: bytes) -> None:
        """A file of a stage. It is not on the disk for sure before `place`."""
        with disk_errors("writing a file"):
            path.write_bytes(data)

    def drop_staged_buckets(self, number: int) -> None:
        shutil.rmtree(self._work / f"{number:06d}" / layout.BUCKETS, ignore_errors=True)

    def place(self, number: int) -> None:
        """Give a stage its name, once all of it is on the disk."""
        stage = self._work / f"{number:06d}"
        with disk_errors("putting the release in its place"):
            sync_tree(stage)
            stage.rename(self.folder / wire.release_path(number))
            sync_one(self.folder / layout.RELEASES)

    def publish(self, note: bytes) -> bool:
        """Replace the checkpoint, which publishes all that was placed. Whether it is another."""
        path = self.folder / wire.CHECKPOINT_PATH
        with self.store.changing_checkpoint():
            if path.exists() and path.read_bytes() == note:
                return False
            self.store.replace_checkpoint(note)
        return True

    def prune(self, number: int) -> None:
        """Delete the buckets of a release that is not in force, all of them or none."""
        doomed = self._work / f"pruned-{number:06d}"
        with disk_errors("deleting buckets"):
            shutil.rmtree(doomed, ignore_errors=True)
            (self.folder / wire.release_path(number) / layout.BUCKETS).rename(doomed)
            sync_one(self.folder / wire.release_path(number))
            shutil.rmtree(doomed)

    def clean(self, size: int) -> None:
        """Remove what earlier runs left of releases that have their place, and of deletions."""
        with disk_errors("removing what is no longer needed"):
            for one in self._work.iterdir():
                old = layout.RELEASE_NAME.fullmatch(one.name) and int(one.name) <= size
                if old or one.name.startswith("pruned-"):
                    shutil.rmtree(one)
