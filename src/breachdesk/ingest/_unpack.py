"""What is packed, as streams: gzip, ZIP (also encrypted), 7z; bounded, and never on disk."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import RawIOBase
from typing import Any, BinaryIO, Final, Protocol

import pyzipper

from breachdesk.ingest._bounds import Bounds, Count
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._source import Place
from breachdesk.ingest._stream import Content, Stream, whole
from breachdesk.ingest.errors import SourceError

MOST_MEMBERS: Final = 10_000
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
DAMAGE: Final = (
    zipfile.BadZipFile,
    pyzipper.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    MemoryError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)
"""What the libraries raise over bytes that are not what they expect."""


class Readable(Protocol):
    """What unpacks."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


class Packed:
    """Something inside another content. `start` begins to unpack it."""

    def __init__(
        self, outer: Content, place: Place, size: int, expanded: int, start: Callable[[], Stream]
    ) -> None:
        self.place: Final = place
        self.size: Final = size
        self.expanded: Final = expanded
        self._outer: Final = outer
        self._start: Final = start

    def open(self, *, hashed: bool = False) -> Stream:  # noqa: ARG002 - the file is hashed apart
        """Start to unpack."""
        return self._start()

    def seekable(self) -> BinaryIO:
        """Unpack all of it to memory. Raises SourceError if it is too much."""
        return whole(self)

    def digest(self) -> bytes:
        """Return the digest of the file on disk."""
        return self._outer.digest()


def gunzipped(outer: Content) -> Packed:
    """Return what a gzip file holds."""
    bounds = Bounds(outer.place, outer.size)

    def start() -> Stream:
        stream = outer.open()
        file = gzip.GzipFile(fileobj=io.BufferedReader(_Reading(stream)))
        return Unpacking(outer, file, bounds.counting(), lambda: stream.position, stream.close)

    return Packed(outer, outer.place, outer.size, 8 * outer.expanded, start)


def zip_members(outer: Content, passwords: Passwords) -> Iterator[Packed]:
    """Yield the files in a ZIP archive. Raises SourceError if it is damaged, a bomb, or locked."""
    file = outer.seekable()
    try:
        archive = pyzipper.AESZipFile(file)
        members = [info for info in archive.infolist() if not info.is_dir() and info.file_size]
    except DAMAGE:
        file.close()
        raise damaged(outer.place) from None
    file.close()
    Bounds(outer.place, outer.size).declared(
        sum(info.file_size for info in members), len(members), MOST_MEMBERS
    )
    for info in members:
        if not is_aside(name := _name_of(info)):
            yield _zip_member(outer, name, info, passwords)


def _zip_member(outer: Content, name: str, info: Any, passwords: Passwords) -> Packed:
    place = inside(outer.place, name)
    bounds = Bounds(place, info.compress_size)
    key: list[bytes] = []

    def start() -> Stream:
        file = outer.seekable()
        try:
            archive = pyzipper.AESZipFile(file)
            stream, held = _unlocked(archive, info, place, passwords, key)
        except SourceError:
            file.close()
            raise
        except DAMAGE:
            file.close()
            raise damaged(place) from None
        count = bounds.counting()

        def position() -> int:
            return int(count.expanded * info.compress_size // max(info.file_size, 1))

        return Unpacking(outer, stream, count, position, file.close, held, place)

    return Packed(outer, place, info.compress_size, info.file_size, start)


def inside(place: Place, name: str) -> Place:
    """Return the place of a member."""
    return replace(place, member=f"{place.member}/{name}" if place.member else name)


def _unlocked(
    archive: Any, info: Any, place: Place, passwords: Passwords, key: list[bytes]
) -> tuple[Any, bytes]:
    """Open a member with the password that fits; its first bytes prove that it does."""
    if not info.flag_bits & _ENCRYPTED:
        return archive.open(info), b""
    tries = iter(key) if key else (text.encode() for text in passwords.tries(place.label))
    for password in tries:
        try:
            stream = archive.open(info, pwd=password)
            first = stream.read(1 << 12)
        except DAMAGE:
            continue
        key[:] = [password]
        return stream, first
    raise locked(place)


class Unpacking:
    """A stream that unpacks, and stops where it becomes too much."""

    def __init__(
        self,
        outer: Content,
        file: Readable,
        count: Count,
        position: Callable[[], int],
        close: Callable[[], None],
        held: bytes = b"",
        place: Place | None = None,
    ) -> None:
        self._outer: Final = outer
        self._file: Final = file
        self._count: Final = count
        self._position: Final = position
        self._close: Final = close
        self._held = held
        self._place: Final = place or outer.place

    @property
    def position(self) -> int:
        """Bytes on disk so far."""
        return self._position()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes. Raises SourceError: damaged, bomb."""
        try:
            data, self._held = self._held or self._file.read(size), b""
        except DAMAGE:
            raise damaged(self._place) from None
        self._count.add(len(data))
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._close()

    def finish(self) -> bytes:
        """Return the digest of the file on disk."""
        return self._outer.digest()


class _Reading(RawIOBase):
    """A stream as the standard library's readers want it."""

    def __init__(self, stream: Stream) -> None:
        self._stream: Final = stream
        self._held = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer."""
        data = self._held or self._stream.read(len(buffer))
        data, self._held = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def damaged(place: Place) -> SourceError:
    """Return the error for an archive that cannot be unpacked."""
    return SourceError(
        "damaged",
        f"{place.label} is damaged, or packed in a way that is not known here: it cannot be "
        "unpacked to its end.",
        "Copy it again from where it comes from; if it is the same there, unpack what can be "
        "unpacked to an encrypted disk and name those files.",
    )


def locked(place: Place) -> SourceError:
    """Return the error for an archive that no password opens."""
    return SourceError(
        "password",
        f"{place.label} is locked, and no password that was given opens it.",
        "Write the password to a file that only you may read, one a line, and pass "
        "--password-file FILE; or run the command at a terminal, which asks for it.",
    )


def _name_of(info: Any) -> str:
    """Return a member's name; Korean Windows writes CP949 and does not say so."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return str(info.filename)
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return str(info.filename)
    for encoding in ("utf-8", "cp949"):
        try:
            return str(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return str(info.filename)


def is_aside(name: str) -> bool:
    """Return whether programs made this beside the files of people."""
    last = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or last.startswith((".", "~$"))
