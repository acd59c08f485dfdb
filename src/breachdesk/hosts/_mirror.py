"""Copying a published log and its buckets, everything verified before it is put in its place.

PROTOCOL sections 7.4, 8.4, 9.4 and 9.5: who serves somebody else's buckets serves true ones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from breachdesk import wire
from breachdesk.hosts._host import BucketHost
from breachdesk.hosts.errors import HostError, MissingFile
from breachdesk.release import (
    Checkpoint,
    Copy,
    Manifest,
    ReleaseError,
    StoreError,
    Tombstone,
    VKey,
    bucket_length,
    check_bucket,
    check_history,
    in_force,
    log_root,
    open_history_note,
    parse_checkpoint,
    parse_note,
    read_entry,
    read_leaves,
)

Progress = Callable[[int, int], None]
"""Told (buckets verified, buckets in all)."""

_BATCH: Final = 64


@dataclass(slots=True)
class MirrorReport:
    """What one run did. `retired` are releases whose buckets the source no longer has, but we do.

    `trusted` says whether signatures were checked under a log key; `changed` whether the checkpoint
    is another than before.
    """

    origin: str
    size: int
    trusted: bool
    placed: list[int] = field(default_factory=list)
    buckets: int = 0
    without_buckets: list[int] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    pruned: list[int] = field(default_factory=list)
    changed: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def mirror(
    host: BucketHost,
    folder: Path,
    log: VKey | None = None,
    *,
    timestamps: Sequence[VKey] = (),
    prune: bool = False,
    progress: Progress = lambda *_: None,
) -> MirrorReport:
    """Bring the copy in `folder` up to what the host publishes. Killed, it goes on where it was.

    Without `log`, the keys that an earlier run was given count; with none, signatures are not
    checked. With `timestamps`, each checkpoint needs a cosignature of one of them, else such lines
    are copied as they are. Raises HostError; ReleaseError for bytes that do not hold, `fork` and
    `rollback` among them; StoreError. Whatever is raised, the copy still is what it was.
    """
    copy = Copy(folder)
    with copy.lock():
        keys = _keys(copy, log, timestamps)
        return _Run(copy, host, keys, prune=prune, progress=progress).run()


def _keys(copy: Copy, log: VKey | None, timestamps: Sequence[VKey]) -> tuple[VKey, ...]:
    """The log's key and those of its time, as given now or before; none if none ever was."""
    known = copy.keys()
    if log is None:
        return known
    if known and known[0] != log:
        raise StoreError(
            "other-log",
            "this folder mirrors a log under another key",
            "name another folder, or the key that it was begun with",
        )
    keys = (log, *(timestamps or known[1:]))
    if keys != known:
        copy.remember_keys(keys)
    return keys


class _Run:
    """One pass: the log first, then each release, then the checkpoint."""

    def __init__(
        self, copy: Copy, host: BucketHost, keys: Sequence[VKey], *, prune: bool, progress: Progress
    ) -> None:
        self._copy = copy
        self._host = host
        self._log = keys[0] if keys else None
        self._timestamps = keys[1:]
        self._prune = prune
        self._progress = progress
        self._done = self._total = 0

    def run(self) -> MirrorReport:
        # 1. The log, and that it continues the copy's.
        note = self._host.read(wire.CHECKPOINT_PATH)
        checkpoint = self._open(note)
        leaves = self._leaves(checkpoint)
        before = self._copy.store.checkpoint()
        if before is not None:
            if before.origin != checkpoint.origin:
                raise ReleaseError("checkpoint", "another log than the one in this folder")
            check_history(before, checkpoint, leaves)
        report = MirrorReport(checkpoint.origin, checkpoint.size, self._log is not None)
        # 2. The small files of each release that is not in its place, and what is in force.
        entries = [self._entry(n, checkpoint, leaves) for n in range(1, checkpoint.size + 1)]
        manifests = [one if isinstance(one, Manifest) else None for one in entries]
        force = in_force(entries)
        # 3. Buckets, then the release's name.
        missing = [n for n in range(1, checkpoint.size + 1) if not self._copy.placed(n)]
        self._total = sum(one.buckets.count for n in missing if (one := manifests[n - 1]))
        for number in missing:
            self._fetch_release(number, manifests[number - 1], force, report)
        # 4. Publish, and let go of what the source retired.
        report.changed = self._copy.publish(note)
        self._retire(manifests, force, report)
        self._copy.clean(checkpoint.size)
        return report

    def _open(self, note: bytes) -> Checkpoint:
        if self._log is None:
            found = parse_checkpoint(parse_note(note))
        else:
            signed = open_history_note(note, self._log, self._timestamps)
            if self._timestamps and signed.time is None:
                raise ReleaseError("signature", "no cosignature of a known timestamp key")
            found = signed.checkpoint
        if found.size == 0:
            raise ReleaseError("checkpoint", "the log has no release")
        return found

    def _leaves(self, checkpoint: Checkpoint) -> tuple[bytes, ...]:
        return read_leaves(self._host.read(wire.leaves_path(checkpoint.size)), checkpoint)

    def _entry(
        self, number: int, head: Checkpoint, leaves: Sequence[bytes]
    ) -> Manifest | Tombstone:
        """Entry `number`, from the copy or staged from the host."""
        if self._copy.placed(number):
            kept = self._copy.store.read(wire.entry_path(number))
            return read_entry(kept, number, head.origin, leaves)
        entry = self._host.read(wire.entry_path(number))
        found = read_entry(entry, number, head.origin, leaves)
        own = self._host.read(wire.leaves_path(number))
        if own != b"".join(leaves[:number]):
            raise ReleaseError("leaves", f"those of release {number} are not the log's")
        note = self._host.read(wire.release_checkpoint_path(number))
        if self._open(note) != Checkpoint(head.origin, number, log_root(leaves[:number])):
            raise ReleaseError("fork", f"the checkpoint of release {number} is of another log")
        stage = self._copy.stage(number, buckets=isinstance(found, Manifest))
        for name, data in (("entry.json", entry), ("leaves", own), ("checkpoint", note)):
            self._copy.write(stage / name, data)
        return found

    def _fetch_release(
        self, number: int, manifest: Manifest | None, force: int, report: MirrorReport
    ) -> None:
        if manifest is not None:
            try:
                self._buckets(number, manifest, report)
            except MissingFile:
                if number == force:
                    raise
                # Retired at the source, as a whole (8.4), perhaps while it was being copied.
                self._copy.drop_staged_buckets(number)
                report.without_buckets.append(number)
        self._copy.place(number)
        report.placed.append(number)

    def _buckets(self, number: int, manifest: Manifest, report: MirrorReport) -> None:
        """Every bucket against the root, fetched or left by an earlier run."""
        folder = self._copy.stage(number, buckets=True) / "buckets"
        limit = bucket_length(manifest.buckets.count, manifest.buckets.capacity)
        wanted = (i for i in range(manifest.buckets.count) if not self._staged(folder, manifest, i))
        for batch in _batches(wanted):
            found = self._host.read_all([wire.bucket_path(number, i) for i in batch], limit)
            for index, data in zip(batch, found, strict=True):
                if isinstance(data, HostError):
                    raise data
                check_bucket(data, manifest, index)
                self._copy.write(folder / f"{index:08x}", data)
                report.buckets += 1
                self._tell()

    def _staged(self, folder: Path, manifest: Manifest, index: int) -> bool:
        """Whether an earlier run left this bucket, whole: a kill or a power cut may tear a file."""
        try:
            check_bucket((folder / f"{index:08x}").read_bytes(), manifest, index)
        except (FileNotFoundError, ReleaseError):
            return False
        self._tell()
        return True

    def _tell(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)

    def _retire(
        self, manifests: Sequence[Manifest | None], force: int, report: MirrorReport
    ) -> None:
        """Older releases whose buckets the source says it does not have: 404, and no other error.

        A host that answers nothing deletes nothing.
        """
        for number, manifest in enumerate(manifests, 1):
            if manifest is None or number == force or not self._copy.has_buckets(number):
                continue
            limit = bucket_length(manifest.buckets.count, manifest.buckets.capacity)
            try:
                self._host.read(wire.bucket_path(number, 0), limit)
            except MissingFile:
                report.retired.append(number)
                if self._prune:
                    self._copy.prune(number)
                    report.pruned.append(number)


def _batches(indexes: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(indexes, _BATCH)):
        yield batch
