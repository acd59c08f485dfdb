"""The folder of releases: read it, lock it, publish into it (PROTOCOL section 8.4).

Two locks: one build at a time holds `.lock` for as long as it runs; whoever replaces `checkpoint`,
a build or the daily cosignature, holds `.checkpoint.lock` for that moment.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._checkpoint import (
    Checkpoint,
    cosign,
    open_history_note,
    parse_checkpoint,
)
from breachdesk.release._cosignatures import merge_cosignature
from breachdesk.release._disk import disk_errors, file_lock, replace_durable
from breachdesk.release._incident_texts import IncidentTexts
from breachdesk.release._log import read_entry, read_leaves
from breachdesk.release._manifest import Manifest
from breachdesk.release._note import Signature, parse_note
from breachdesk.release._stage import Stage
from breachdesk.release._vkey import Signer, VKey
from breachdesk.release.errors import ReleaseError, StoreError

_RESTORE = "restore the folder from a copy, and run `breachdesk verify` on it"


@dataclass(frozen=True, slots=True)
class Current:
    """The newest release in this folder, its signatures unchecked: the owner's own view.

    `retired` is what the tombstones after it name, newest first.
    """

    checkpoint: Checkpoint
    leaves: tuple[bytes, ...]
    number: int
    manifest: Manifest
    entry: bytes
    retired: tuple[str, ...] = ()


def _no_step(_: str) -> None:
    """Nobody watches the steps of a publication."""


class Store:
    """A folder of releases, which need not exist before the first lock.

    `on_step` is told each step of a publication once it is done.
    """

    def __init__(self, folder: Path, *, on_step: Callable[[str], None] = _no_step) -> None:
        self.folder = folder
        self.on_step = on_step
        self._locked = False

    def read(self, path: str) -> bytes:
        """A public file by its name in section 8.4. StoreError: missing, disk."""
        if not layout.PUBLIC_PATH.fullmatch(path):
            raise StoreError("missing", "no such name in a release folder", "see the protocol")
        file = self.folder / path
        with disk_errors(f"reading {path}"):
            try:
                return file.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                raise StoreError("missing", f"{path} is not there", _RESTORE) from None

    def checkpoint(self) -> Checkpoint | None:
        """What `checkpoint` says, unverified; None before the first release."""
        if not (self.folder / wire.CHECKPOINT_PATH).exists():
            return None
        try:
            return parse_checkpoint(parse_note(self.read(wire.CHECKPOINT_PATH)))
        except ReleaseError as error:
            raise StoreError("damaged", f"checkpoint: {error.detail}", _RESTORE) from None

    @property
    def size(self) -> int:
        """Published log entries."""
        found = self.checkpoint()
        return found.size if found else 0

    def leaves(self) -> tuple[bytes, ...]:
        """Leaf hashes of all published entries. StoreError("damaged") if the root is another."""
        found = self.checkpoint()
        if found is None or found.size == 0:
            return ()
        try:
            return read_leaves(self.read(wire.leaves_path(found.size)), found)
        except ReleaseError as error:
            raise StoreError("damaged", f"leaves: {error.detail}", _RESTORE) from None

    def current(self) -> Current | None:
        """The release in force; None if nothing, or only tombstones, were published."""
        checkpoint = self.checkpoint()
        if checkpoint is None:
            return None
        try:
            data = self.read(wire.leaves_path(checkpoint.size)) if checkpoint.size else b""
            leaves = read_leaves(data, checkpoint)
            retired: list[str] = []
            for number in range(checkpoint.size, 0, -1):
                entry = self.read(wire.entry_path(number))
                found = read_entry(entry, number, checkpoint.origin, leaves)
                if isinstance(found, Manifest):
                    return Current(checkpoint, leaves, number, found, entry, tuple(retired))
                retired.append(found.retired)
        except ReleaseError as error:
            raise StoreError("damaged", f"{error.code}: {error.detail}", _RESTORE) from None
        return None

    @contextlib.contextmanager
    def lock(self) -> Iterator["Store"]:
        """Hold the folder for one build, and remove what a killed one left.

        StoreError: locked, not-a-release-folder, damaged, disk.
        """
        layout.check_is_release_folder(self.folder)
        with contextlib.ExitStack() as stack:
            with disk_errors("opening the release folder"):
                self.folder.mkdir(parents=True, exist_ok=True)
                try:
                    stack.enter_context(file_lock(self.folder / layout.LOCK, wait=False))
                except BlockingIOError:
                    raise StoreError(
                        "locked",
                        "another build is writing to this release folder",
                        "wait until it has ended, then start again",
                    ) from None
            self._clean()
            self._locked = True
            try:
                yield self
            finally:
                self._locked = False
                with contextlib.suppress(StoreError):  # the next lock cleans what is left
                    self._clean()

    def stage(self, number: int | None = None) -> Stage:
        """A private place for the next release's files, under the lock. StoreError("not-next")."""
        if not self._locked:
            raise RuntimeError("a stage needs the lock")
        expected = self.size + 1
        number = expected if number is None else number
        if not 1 <= number <= expected:
            raise StoreError(
                "not-next",
                f"the next release number is {expected}",
                "use that number, or leave the number out",
            )
        return Stage(self, number)

    def freshen(self, signer: Signer, time: int, log: VKey | None = None) -> None:
        """Cosign the checkpoint anew with the operator's timestamp key, all else kept.

        With `log`, its signature is checked first. StoreError: missing, damaged, other-log, disk.
        """
        if not (self.folder / wire.CHECKPOINT_PATH).exists():
            raise StoreError("missing", "nothing has been published here", "build a release first")
        with self.changing_checkpoint():
            note = self.read(wire.CHECKPOINT_PATH)
            found = self.checkpoint()
            if found is None or signer.name != f"{found.origin}/timestamp":
                raise StoreError(
                    "other-log",
                    "these keys are not those of this log",
                    "name the key folder that the releases were built with",
                )
            try:
                if log is not None:
                    open_history_note(note, log, ())
                new = cosign(note, signer, time)
            except ReleaseError as error:
                raise StoreError("damaged", f"checkpoint: {error.detail}", _RESTORE) from None
            self.replace_checkpoint(new)

    def add_cosignature(self, body: str, line: Signature, key: VKey, kept: Sequence[VKey]) -> bool:
        """Put a witness's cosignature of `body` into the checkpoint, all else kept (9.5).

        False if another checkpoint has been published meanwhile. ReleaseError for a line that does
        not hold, or that finds no room. StoreError: missing, disk.
        """
        with self.changing_checkpoint():
            note = self.read(wire.CHECKPOINT_PATH)
            if parse_note(note).body != body:
                return False
            new = merge_cosignature(note, line, key, kept)
            if new != note:
                self.replace_checkpoint(new)
        return True

    @property
    def building(self) -> Path:
        """Where a build keeps what it can go on from; no other command touches it."""
        return self.folder / layout.BUILDING

    @property
    def incident_texts(self) -> IncidentTexts:
        """The statement files that pages show, by incident id."""
        return IncidentTexts(self.folder / layout.INCIDENTS)

    @contextlib.contextmanager
    def changing_checkpoint(self) -> Iterator[None]:
        """Nobody else replaces the checkpoint meanwhile, so nobody puts an older one back."""
        with (
            disk_errors("replacing the checkpoint"),
            file_lock(self.folder / layout.CHECKPOINT_LOCK, wait=True),
        ):
            yield

    def replace_checkpoint(self, note: bytes) -> None:
        """Only inside `changing_checkpoint`."""
        path = self.folder / wire.CHECKPOINT_PATH
        replace_durable(path, self.folder / layout.CHECKPOINT_NEW, note)

    def _clean(self) -> None:
        """Remove stages, and a release that was renamed into place and never published.

        Only the one that `.publishing` names may go: any other folder beyond the checkpoint means
        that the checkpoint was lost, and is nothing to delete.
        """
        size = self.size
        with disk_errors("removing what a stopped build left"):
            marker = self.folder / layout.PUBLISHING
            if marker.exists():
                named = marker.read_text("ascii", "replace")
                if named == str(size + 1):
                    shutil.rmtree(self.folder / wire.release_path(size + 1), ignore_errors=True)
                marker.unlink()
            staging = self.folder / layout.STAGING
            if staging.exists():
                shutil.rmtree(staging)
        if any(number > size for number in layout.published_numbers(self.folder)):
            raise StoreError(
                "damaged", "there are releases that the checkpoint does not name", _RESTORE
            )
