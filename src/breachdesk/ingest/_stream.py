"""The bytes of a source: a file on disk, or something unpacked from one, read as a stream.

Nothing unpacked is ever written to disk. `finish` gives the digest of the file on disk, whatever
was unpacked from it: that is what binds a release to its sources (PROTOCOL 8.1).
"""

import errno
import hashlib
import os
import stat
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from breachdesk.ingest._source import Place
from breachdesk.ingest.errors import SourceError

BLOCK: Final = 1 << 20
Facts = tuple[int, int, int, int]
"""Of a file on disk: size, time of change in nanoseconds, inode, device."""

MAX_IN_MEMORY: Final = 1 << 30
"""What must be in memory as a whole (a workbook inside an archive) is at most so long."""


class Stream(Protocol):
    """Bytes from the first to the last. `position` counts those on disk that they took."""

    @property
    def position(self) -> int:
        """Bytes on disk so far."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`, b"" at the end. Raises SourceError."""

    def close(self) -> None:
        """Let go of the file."""

    def finish(self) -> bytes:
        """Return the SHA-256 of the file on disk. Raises SourceError if it changed meanwhile."""


class Content(Protocol):
    """Something with bytes. `size` are bytes on disk, `expanded` about how many they unpack to."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def size(self) -> int:
        """Bytes on disk."""

    @property
    def expanded(self) -> int:
        """Bytes unpacked, about."""

    def open(self, *, hashed: bool = False) -> Stream:
        """Start a reading, `hashed` if it will go to the end. Raises SourceError."""

    def seekable(self) -> BinaryIO:
        """Open as a file that can be read in any order. Raises SourceError if it is too large."""

    def digest(self) -> bytes:
        """Return the SHA-256 of the file on disk. Raises SourceError if it changed meanwhile."""


class SourceFile:
    """A file on disk, the same from its opening to the end of the build."""

    def __init__(self, path: Path) -> None:
        """Raise SourceError unless it can be read."""
        try:
            with path.open("rb") as file:
                self._facts: Final = _facts(file)
        except OSError as error:
            raise unreadable(Place(path), error) from None
        self.place: Final = Place(path)
        self.size: Final = self._facts[0]
        self._digest: bytes | None = None

    @property
    def expanded(self) -> int:
        """As many bytes as on disk."""
        return self.size

    def open(self, *, hashed: bool = False) -> "FileStream":
        """Start a reading."""
        return FileStream(self, hashed=hashed)

    def seekable(self) -> BinaryIO:
        """Open the file itself."""
        try:
            return self.place.path.open("rb")
        except FileNotFoundError:
            raise vanished(self.place) from None
        except OSError as error:
            raise unreadable(self.place, error) from None

    def digest(self) -> bytes:
        """Return the SHA-256 of the bytes, in a reading of its own if none has found it."""
        if self._digest is None:
            stream = self.open(hashed=True)
            try:
                stream.finish()
            finally:
                stream.close()
        return self._digest or b""

    def digested(self, file: BinaryIO, digest: bytes) -> None:
        """Keep the digest that a whole reading found. Raises SourceError if the file changed."""
        if _facts(file) != self._facts or self._digest not in {None, digest}:
            raise changed(self.place)
        self._digest = digest


class FileStream:
    """A file from its start."""

    def __init__(self, source: SourceFile, *, hashed: bool) -> None:
        self._source: Final = source
        self._file: Final = source.seekable()
        self._hash: Final = hashlib.sha256() if hashed else None
        self.position = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        try:
            data = os.read(self._file.fileno(), size)
        except OSError as error:
            raise broken_off(self._source.place, self.position, error) from None
        if self._hash:
            self._hash.update(data)
        self.position += len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def finish(self) -> bytes:
        """Return the digest of the whole file."""
        if self._hash:
            while self.read(BLOCK):
                pass
            self._source.digested(self._file, self._hash.digest())
        return self._source.digest()


def whole(content: Content) -> BinaryIO:
    """Return all bytes of what is unpacked, in memory. Raises SourceError if they are too many."""
    stream, parts, size = content.open(), [], 0
    try:
        while block := stream.read(BLOCK):
            parts.append(block)
            size += len(block)
            if size > MAX_IN_MEMORY:
                raise SourceError(
                    "too-large",
                    f"{content.place.label} is longer than {MAX_IN_MEMORY >> 20} MiB, and a file "
                    "of its kind cannot be read as a stream from inside another one.",
                    "Unpack it to an encrypted disk and name the unpacked file.",
                )
    finally:
        stream.close()
    return BytesIO(b"".join(parts))


def head_of(content: Content, size: int) -> bytes:
    """Return the first bytes."""
    stream, parts, left = content.open(), [], size
    try:
        while left and (block := stream.read(left)):
            parts.append(block)
            left -= len(block)
    finally:
        stream.close()
    return b"".join(parts)


def unreadable(place: Place, error: OSError) -> SourceError:
    """Return the error for a file that the system does not give."""
    return SourceError(
        "unreadable",
        f"{place.label} cannot be read ({error.strerror or type(error).__name__}).",
        "Check that the file is there and that you may read it.",
    )


def broken_off(place: Place, position: int, error: OSError) -> SourceError:
    """Return the error for a file that can be read up to a byte and no further."""
    return SourceError(
        "unreadable",
        f"{place.label} cannot be read beyond byte {position:,} "
        f"({error.strerror or type(error).__name__}).",
        "Look at the disk that it is on. Copy the file to another one, with a program that passes "
        "over what cannot be read if need be, and build from the copy; if its end is lost, say "
        "`breaks_off = true` for it in the mapping.",
    )


def vanished(place: Place) -> SourceError:
    """Return the error for a file that was there when the build began."""
    return SourceError(
        "vanished",
        f"{place.label} was there when the build began, and is gone.",
        "Put it back, or look whether its disk is still attached, and build again.",
    )


def changed(place: Place) -> SourceError:
    """Return the error for a file that somebody writes to."""
    return SourceError(
        "changed",
        f"{place.label} changed while it was read.",
        "Copy it to a place where nobody writes to it, and build from the copy.",
    )


def facts_of(place: Place) -> Facts:
    """Return what tells whether a file is still the same. Raises SourceError if it is gone."""
    try:
        with place.path.open("rb") as file:
            return _facts(file)
    except FileNotFoundError:
        raise vanished(place) from None
    except OSError as error:
        raise unreadable(place, error) from None


def _facts(file: BinaryIO) -> Facts:
    facts = os.fstat(file.fileno())
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    return facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev
