"""The public files of a releases folder (PROTOCOL section 8.4), read by path at each request.

Nothing is cached but what the checkpoint says, and that for as long as the file is the same one: a
release that appears is served at once, by every process.
"""

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from breachdesk.check.errors import Refusal
from breachdesk.release import (
    ReleaseError,
    Tombstone,
    decode_entry,
    parse_checkpoint,
    parse_note,
)
from breachdesk.wire import (
    CHECKPOINT_PATH,
    LEAVES_LIMIT,
    bucket_path,
    entry_path,
    leaves_path,
    release_checkpoint_path,
)

_RELEASE: Final = re.compile(
    r"/v1/releases/([0-9]{6})/(?:(entry\.json|leaves|checkpoint)|buckets/([0-9a-f]{8}))", re.ASCII
)
_PATHS: Final = {
    "entry.json": entry_path,
    "leaves": leaves_path,
    "checkpoint": release_checkpoint_path,
}
#: No published file is larger than the leaves of the longest log; a bucket is half of that.
_MOST_BYTES: Final = LEAVES_LIMIT
_COSIGNATURE_BYTES: Final = 8 + 64
_UNAVAILABLE_RETRY: Final = 5

_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Published:
    """What the checkpoint says: entries of the log, newest time on it. Signatures unchecked.

    `release` is the number of the newest entry that is no tombstone (PROTOCOL section 9.4).
    """

    size: int
    time: int
    release: int


@dataclass(frozen=True, slots=True)
class ReleasePath:
    """A well-formed path of a release: its number, and the file under the releases folder."""

    number: int
    path: str
    bucket: bool


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, and a tag that changes with them."""

    data: bytes
    etag: bytes


def parse_release_path(path: str) -> ReleasePath | None:
    """The file that a request's path names, or None: fixed-width names only, nothing decoded."""
    match = _RELEASE.fullmatch(path)
    if match is None:
        return None
    number = int(match[1])
    if match[2] is not None:
        return ReleasePath(number, _PATHS[match[2]](number), bucket=False)
    return ReleasePath(number, bucket_path(number, int(match[3], 16)), bucket=True)


class ReleaseFiles:
    """A releases folder as the public may read it."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder, as at an evaluator that hosts no buckets, nothing is there."""
        self.folder = folder
        self._checkpoint = str(folder / CHECKPOINT_PATH) if folder else ""
        self._seen: tuple[int, int, int] | None = None
        self._published = Published(0, 0, 0)

    def checkpoint(self) -> Content:
        """The current checkpoint; `Refusal` as `unavailable` when there is none."""
        if self.folder is None:
            raise Refusal("not-found")
        try:
            return _read(self._checkpoint)
        except OSError:
            raise Refusal("unavailable", retry_after=_UNAVAILABLE_RETRY) from None

    def release_file(self, wanted: ReleasePath) -> Content:
        """A file of a published release; `Refusal` as `not-found` otherwise.

        A release folder stands in its place a moment before the checkpoint publishes it. Until then
        it is not there: a cache must not keep what may yet be given up.
        """
        if not 1 <= wanted.number <= self.published().size:
            raise Refusal("not-found")
        try:
            return _read(f"{self.folder}/{wanted.path}")
        except (FileNotFoundError, NotADirectoryError):
            raise Refusal("not-found") from None
        except OSError:
            raise Refusal("unavailable", retry_after=_UNAVAILABLE_RETRY) from None

    def published(self) -> Published:
        """What the checkpoint says now; zero when there is none that can be read."""
        try:
            found = os.stat(self._checkpoint)  # noqa: PTH116 (the hot path: no Path is made)
            seen = (found.st_mtime_ns, found.st_ino, found.st_size)
            if seen != self._seen:
                self._published = self._parse(_read(self._checkpoint).data)
                self._seen = seen
        except (OSError, ReleaseError):
            self._seen = None
            self._published = Published(0, 0, 0)
        return self._published

    def _parse(self, data: bytes) -> Published:
        note = parse_note(data)
        times = [
            int.from_bytes(one.data[:8], "big")
            for one in note.signatures
            if len(one.data) == _COSIGNATURE_BYTES
        ]
        size = parse_checkpoint(note).size
        return Published(size, max(times, default=0), self._in_force(size))

    def _in_force(self, size: int) -> int:
        """Entries that cannot be read are releases here: clients say what is wrong with them."""
        with suppress(OSError, ReleaseError):
            while size > 0:
                entry = decode_entry(_read(f"{self.folder}/{entry_path(size)}").data)
                if not isinstance(entry, Tombstone):
                    break
                size -= 1
        return size


def _read(path: str) -> Content:
    """A regular file's bytes; OSError for anything else. Published files are replaced, not changed,
    so their time, place and length tell two contents apart."""
    handle = os.open(path, _FLAGS)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            raise FileNotFoundError
        data = os.read(handle, found.st_size + 1)
        while len(data) < found.st_size and (more := os.read(handle, found.st_size - len(data))):
            data += more
    finally:
        os.close(handle)
    if len(data) != found.st_size:
        raise BlockingIOError
    tag = f'"{found.st_mtime_ns:x}-{found.st_ino:x}-{found.st_size:x}"'
    return Content(data, tag.encode())
