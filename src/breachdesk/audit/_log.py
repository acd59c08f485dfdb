"""Appending to the log: under an exclusive lock, durable before `record` returns.

The order is: repair what a killed writer left, line, sync, head file. A kill leaves at most a line
that is not whole, or a head that is one record behind; the next append mends both, and says so in
a record of its own where bytes were dropped.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from breachdesk.audit import _record as records
from breachdesk.audit._read import Chain, check_behind, head_file, read_head
from breachdesk.audit._record import FIRST, LINE_LIMIT, Record
from breachdesk.audit.errors import AuditError

REPAIRED: Final = "audit.repaired"

_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_COMPARE: Final = "run `breachdesk audit verify` on it, and compare it with your copy"


class AuditLog:
    """A log that any number of processes may append to. The file is made with mode 0600."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Nothing is opened yet. `clock` gives Unix seconds."""
        self.path = path
        self._clock = clock

    def record(self, event: str, actor: str, facts: Mapping[str, str | int]) -> None:
        """Append one record, on disk when this returns. Raises `AuditError`; then nothing is added.

        Never a value that somebody typed or that a source row said.
        """
        records.check(event, actor, facts)
        with self._locked() as file:
            chain = self._last(file)
            torn = _torn(file)
            if torn:
                chain = self._repair(file, chain, torn)
            self._append(file, chain, event, actor, facts)

    def _repair(self, file: int, chain: Chain, torn: bytes) -> Chain:
        """Drop a last line that is not whole, and say so."""
        os.ftruncate(file, os.fstat(file).st_size - len(torn))
        facts: dict[str, str | int] = {
            "bytes": len(torn),
            "sha256": hashlib.sha256(torn).hexdigest(),
        }
        return self._append(file, chain, REPAIRED, "breachdesk", facts)

    def _append(
        self, file: int, chain: Chain, event: str, actor: str, facts: Mapping[str, str | int]
    ) -> Chain:
        stamp = records.utc(self._clock())
        line = records.encode(Record(chain.count + 1, stamp, event, actor, facts, chain.head))
        if len(line) >= LINE_LIMIT:
            raise AuditError("a record is too long", "nothing was written: give shorter facts")
        size = os.fstat(file).st_size
        try:
            _write_all(file, line + b"\n")
            os.fsync(file)
        except OSError:
            os.ftruncate(file, size)
            raise
        new = Chain(chain.count + 1, records.digest(line))
        _write_head(self.path, new)
        return new

    def _last(self, file: int) -> Chain:
        """Where the log stands, from its last whole line, which the head file must know."""
        size = os.fstat(file).st_size
        tail = os.pread(file, 3 * LINE_LIMIT, max(0, size - 3 * LINE_LIMIT))
        whole = tail[: tail.rfind(b"\n") + 1]
        remembered = read_head(self.path)
        if not whole:
            found = Chain(0, FIRST)
        else:
            line = whole[:-1].rpartition(b"\n")[2]
            try:
                record = records.decode(line)
            except ValueError:
                raise AuditError("its last line is not what was written", _COMPARE) from None
            found = Chain(record.number, records.digest(line))
        if found.count < remembered.count or (
            found.count == remembered.count and found != remembered
        ):
            raise AuditError("its last lines were removed or changed", _COMPARE)
        check_behind(remembered, found)
        return found

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            file = os.open(self.path, _FLAGS, 0o600)
        except OSError as error:
            raise _unwritable(error) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        except OSError as error:
            raise _unwritable(error) from None
        finally:
            os.close(file)


def head_of(path: Path) -> str:
    """The hash of the last line as the head file has it, to be noted elsewhere."""
    return read_head(path).head


def _torn(file: int) -> bytes:
    """What stands after the last line feed."""
    size = os.fstat(file).st_size
    tail = os.pread(file, 2 * LINE_LIMIT, max(0, size - 2 * LINE_LIMIT))
    torn = tail[tail.rfind(b"\n") + 1 :]
    if len(torn) > LINE_LIMIT:
        raise AuditError("its last line is too long to be one", _COMPARE)
    return torn


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _write_head(path: Path, chain: Chain) -> None:
    """Replace the head file, durably: it is whole at any time."""
    head = head_file(path)
    new = head.with_name(head.name + ".new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _write_all(file, f"{chain.count} {chain.head}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    new.rename(head)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unwritable(error: OSError) -> AuditError:
    return AuditError(
        f"cannot be written ({error.strerror})",
        "name a file in a folder that you may write to, on a disk with space",
    )
