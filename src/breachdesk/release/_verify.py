"""Audit a whole release folder: every signature, every entry, every bucket, and nothing beside."""

from collections.abc import Callable, Sequence
from pathlib import Path

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    check_freshness,
    open_history_note,
    parse_checkpoint,
)
from breachdesk.release._decode import decode_entry
from breachdesk.release._log import read_leaves
from breachdesk.release._manifest import Manifest
from breachdesk.release._note import parse_note
from breachdesk.release._report import Report
from breachdesk.release._tree import HASH_BYTES, entry_hash, log_root
from breachdesk.release._verify_buckets import Progress, check_buckets
from breachdesk.release._vkey import VKey
from breachdesk.release.errors import ReleaseError

Open = Callable[[bytes], SignedCheckpoint]


def verify_store(
    folder: Path,
    log: VKey | None,
    now: float | None = None,
    progress: Progress | None = None,
    *,
    timestamps: Sequence[VKey] = (),
) -> Report:
    """Check everything in a release folder and name each thing that does not hold.

    Without `log`, no signature is checked. Without `timestamps`, no cosignature; with them and
    `now` (Unix seconds), freshness too. `progress(done, total)` is told of buckets. An older
    release whose `buckets` were deleted as a whole, as is done once an incident is retired, is
    listed in `without_buckets`, and is no finding.
    """
    return _Audit(folder, log, timestamps).run(now, progress)


class _Audit:
    def __init__(self, folder: Path, log: VKey | None, timestamps: Sequence[VKey]) -> None:
        self._folder = folder
        self._log = log
        self._timestamps = timestamps
        self._report = Report(trusted=log is not None)
        self._leaves: tuple[bytes, ...] = ()
        self._ids: set[bytes] = set()
        self._retired: set[str] = set()

    def run(self, now: float | None, progress: Progress | None) -> Report:
        report = self._report
        head = self._head(now)
        present = layout.published_numbers(self._folder)
        report.entries = head.size if head else max(present, default=0)
        self._names("", self._folder, layout.TOP)
        numbers = {f"{number:06d}" for number in range(1, report.entries + 1)}
        self._names(layout.RELEASES, self._folder / layout.RELEASES, numbers, extra="unpublished")
        if head:
            self._leaves = self._reference(head)
        manifests = [self._entry(number, head) for number in range(1, report.entries + 1)]
        found = [one for one in manifests if one is not None]
        report.releases = len(found)
        retired = not found or self._retired.issuperset(one.id for one in found[-1].incidents)
        check_buckets(self._folder, found, None if retired else found[-1], report, progress)
        return report

    def _head(self, now: float | None) -> Checkpoint | None:
        signed = self._checkpoint(wire.CHECKPOINT_PATH)
        if signed is None:
            return None
        self._report.time = signed.time
        if self._timestamps and signed.time is None:
            self._report.add("signature", wire.CHECKPOINT_PATH, "no known cosignature")
        elif signed.time is not None and now is not None:
            try:
                check_freshness(signed.time, now)
            except ReleaseError as error:
                self._report.add(error.code, wire.CHECKPOINT_PATH, error.detail)
        if signed.checkpoint.size == 0:
            self._report.add("checkpoint", wire.CHECKPOINT_PATH, "the log has no release")
        return signed.checkpoint

    def _checkpoint(self, path: str) -> SignedCheckpoint | None:
        data = self._read(path)
        if data is None:
            return None
        try:
            if self._log is not None:
                return open_history_note(data, self._log, self._timestamps)
            return SignedCheckpoint(parse_checkpoint(parse_note(data)), None, ())
        except ReleaseError as error:
            self._report.add(error.code, path, error.detail)
            return None

    def _reference(self, head: Checkpoint) -> tuple[bytes, ...]:
        """The leaf hashes that the checkpoint stands for, or none if they cannot be had."""
        if head.size == 0:
            return ()
        path = wire.leaves_path(head.size)
        data = self._read(path)
        if data is not None:
            try:
                return read_leaves(data, head)
            except ReleaseError as error:
                self._report.add(error.code, path, error.detail)
        return ()

    def _entry(self, number: int, head: Checkpoint | None) -> Manifest | None:
        folder = self._folder / wire.release_path(number)
        if not folder.is_dir():
            self._report.add("missing", wire.release_path(number), "the release is not there")
            return None
        self._check_leaves(number)
        self._check_release_checkpoint(number, head)
        manifest = self._manifest(number, head)
        allowed = {layout.ENTRY, layout.LEAVES, layout.CHECKPOINT}
        if manifest is not None:
            allowed.add(layout.BUCKETS)
        self._names(wire.release_path(number), folder, allowed)
        return manifest

    def _check_leaves(self, number: int) -> None:
        path = wire.leaves_path(number)
        if not self._leaves or number == len(self._leaves):
            return
        data = self._read(path)
        if data is not None and data != b"".join(self._leaves[:number]):
            self._report.add("leaves", path, "not the log's leaves up to this entry")

    def _check_release_checkpoint(self, number: int, head: Checkpoint | None) -> None:
        path = wire.release_checkpoint_path(number)
        signed = self._checkpoint(path)
        if signed is None:
            return
        found = signed.checkpoint
        if self._timestamps and signed.time is None:
            self._report.add("signature", path, "no known cosignature")
        if found.size != number or (head and found.origin != head.origin):
            self._report.add("checkpoint", path, "not the checkpoint of this release")
        elif self._leaves and found.root != log_root(self._leaves[:number]):
            self._report.add("fork", path, "its root is not that of the log")

    def _manifest(self, number: int, head: Checkpoint | None) -> Manifest | None:
        """The manifest, if it can be read; its faults are findings and need not stop the rest."""
        path = wire.entry_path(number)
        data = self._read(path)
        if data is None:
            return None
        if self._leaves and entry_hash(data) != self._leaves[number - 1]:
            self._report.add("leaves", path, "not the entry in the log")
        try:
            found = decode_entry(data)
        except ReleaseError as error:
            self._report.add(error.code, path, error.detail)
            return None
        said = found.release if isinstance(found, Manifest) else found.number
        if said != number or (head and found.origin != head.origin):
            self._report.add("manifest-format", path, "number or origin is not this log's")
        if not isinstance(found, Manifest):
            self._retired.add(found.retired)
            return None
        self._retired.clear()
        self._check_counts(path, found)
        return found if said == number else None

    def _check_counts(self, path: str, manifest: Manifest) -> None:
        entries = sum(one.entries for incident in manifest.incidents for one in incident.lookups)
        if entries > manifest.buckets.count * manifest.buckets.capacity:
            self._report.add("counts", path, "more entries than the buckets can hold")
        if manifest.release_id in self._ids:
            self._report.add("manifest-format", path, "a release id that an earlier one has")
        self._ids.add(manifest.release_id)

    def _names(
        self, where: str, folder: Path, allowed: set[str] | frozenset[str], extra: str = "stray"
    ) -> None:
        """Nothing beside what belongs there."""
        if not folder.is_dir():
            self._report.add("missing", where or ".", "the folder is not there")
            return
        for one in sorted(folder.iterdir()):
            if one.name not in allowed:
                known = extra if layout.RELEASE_NAME.fullmatch(one.name) else "stray"
                place = f"{where}/{one.name}" if where else one.name
                self._report.add(known, place, "does not belong here")

    def _read(self, path: str) -> bytes | None:
        file = self._folder / path
        limit = max(wire.MANIFEST_LIMIT, wire.LEAVES_LIMIT, HASH_BYTES)
        try:
            with file.open("rb") as opened:
                return opened.read(limit + 1)
        except FileNotFoundError:
            self._report.add("missing", path, "the file is not there")
        except OSError as error:
            self._report.add("unreadable", path, error.strerror or "cannot be read")
        return None
