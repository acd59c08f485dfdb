"""7z archives as streams: the library pushes, a thread of its own, and this pulls."""

import queue
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import py7zr
from py7zr.exceptions import ArchiveError, CrcError
from py7zr.io import Py7zIO, WriterFactory

from breachdesk.ingest._bounds import Bounds, Count
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._stream import Content
from breachdesk.ingest._unpack import (
    DAMAGE,
    MOST_MEMBERS,
    Packed,
    Unpacking,
    damaged,
    inside,
    is_aside,
    locked,
)
from breachdesk.ingest.errors import SourceError, Stopped

_AHEAD: Final = 4
_DAMAGE: Final = (ArchiveError, CrcError, *DAMAGE)


def seven_members(outer: Content, passwords: Passwords) -> Iterator[Packed]:
    """Yield the files in a 7z archive. Raises SourceError if it is damaged, a bomb, or locked."""
    key = _key_of(outer, passwords)
    with outer.seekable() as file:
        try:
            with py7zr.SevenZipFile(file, password=key) as archive:
                listed = [
                    (str(one.filename), int(one.uncompressed or 0))
                    for one in archive.list()
                    if not one.is_directory and one.uncompressed
                ]
        except _DAMAGE:
            raise damaged(outer.place) from None
    Bounds(outer.place, outer.size).declared(
        sum(size for _, size in listed), len(listed), MOST_MEMBERS
    )
    for name, size in listed:
        if not is_aside(name):
            yield _member(outer, name, size, key)


def _member(outer: Content, name: str, size: int, key: str | None) -> Packed:
    place = inside(outer.place, name)

    def start() -> Unpacking:
        count = Bounds(place, outer.size).counting()
        file = outer.seekable()
        pushed = _Pushed(file, name, key, count)

        def position() -> int:
            return min(outer.size, outer.size * count.expanded // max(size, 1))

        return Unpacking(outer, pushed, count, position, pushed.stop, b"", place)

    return Packed(outer, place, outer.size, size, start)


def _key_of(outer: Content, passwords: Passwords) -> str | None:
    """Return the password that fits, None if the archive is open. Raises SourceError."""
    if not _is_locked(outer):
        return None
    for password in passwords.tries(outer.place.label):
        if _opens(outer, password):
            return password
    raise locked(outer.place)


def _is_locked(outer: Content) -> bool:
    with outer.seekable() as file:
        try:
            with py7zr.SevenZipFile(file) as archive:
                return bool(archive.needs_password())
        except py7zr.PasswordRequired:
            return True
        except _DAMAGE:
            raise damaged(outer.place) from None


def _opens(outer: Content, password: str) -> bool:
    """Return whether the password opens the list of files and the first bytes of one."""
    with outer.seekable() as file:
        try:
            with py7zr.SevenZipFile(file, password=password) as archive:
                first = next((o for o in archive.list() if o.uncompressed), None)
        except _DAMAGE:
            return False
    if first is None:
        return True
    pushed = _Pushed(
        outer.seekable(), first.filename, password, Bounds(outer.place, outer.size).counting()
    )
    try:
        return bool(pushed.read(1 << 16))
    except _DAMAGE:
        return False
    finally:
        pushed.stop()


class _Pushed:
    """One member, unpacked in a thread, read here. Raises EOFError where that fails."""

    def __init__(self, file: BinaryIO, name: str, key: str | None, count: Count) -> None:
        self._blocks: Final[queue.Queue[bytes | BaseException | None]] = queue.Queue(_AHEAD)
        self._stopped: Final = threading.Event()
        self._file: Final = file
        self._held = b""
        self._ended = False
        passed = Bounds(count.bounds.place, count.bounds.packed).counting()
        factory = _Factory(name, self._put, passed)
        self._thread: Final = threading.Thread(
            target=self._unpack, args=(name, key, factory), daemon=True
        )
        self._thread.start()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        while not self._held and not self._ended:
            block = self._blocks.get()
            if isinstance(block, BaseException):
                self._ended = True
                raise block if isinstance(block, SourceError) else EOFError
            self._ended = block is None
            self._held = block or b""
        data, self._held = self._held[:size], self._held[size:]
        return data

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()
        self._file.close()

    def _put(self, block: bytes | BaseException | None) -> None:
        while not self._stopped.is_set():
            try:
                self._blocks.put(block, timeout=0.1)
            except queue.Full:
                continue
            return
        raise Stopped

    def _unpack(self, name: str, key: str | None, factory: "_Factory") -> None:
        end: BaseException | None = None
        try:
            with py7zr.SevenZipFile(self._file, password=key) as archive:
                archive.extract(targets=[name], factory=factory)
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is read
            end = error
        try:
            self._put(end)
        except Stopped:
            return


class _Factory(WriterFactory):
    """Gives the library a place to write each file to: the queue, or nowhere."""

    def __init__(self, name: str, put: Any, passed: Count) -> None:
        self._name: Final = name
        self._put: Final = put
        self._passed: Final = passed

    def create(self, filename: str) -> Py7zIO:
        """Return where a file goes."""
        wanted = filename == self._name
        return _Writer(self._put if wanted else self._passed_over)

    def _passed_over(self, block: bytes) -> None:
        self._passed.add(len(block))


class _Writer(Py7zIO):
    """A file that is written to and never kept."""

    def __init__(self, put: Any) -> None:
        self._put: Final = put
        self._size = 0

    def write(self, s: bytes | bytearray) -> int:
        """Pass the bytes on."""
        for start in range(0, len(s), 1 << 20):
            self._put(bytes(s[start : start + (1 << 20)]))
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002 - nothing is kept
        """Nothing."""
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - nothing is kept
        """Nowhere."""
        return 0

    def flush(self) -> None:
        """Nothing to do."""

    def size(self) -> int:
        """Bytes so far."""
        return self._size
