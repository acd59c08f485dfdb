"""Reading the log strictly: every line's bytes, number, chain, and what the head file remembers."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from breachdesk.audit import _record as records
from breachdesk.audit._record import FIRST, LINE_LIMIT, Record
from breachdesk.audit.errors import AuditError

_HEAD: Final = re.compile(rb"([0-9]{1,15}) ([0-9a-f]{64})\n", re.ASCII)
_KEEP: Final = "keep the file as it is for who looks into this, and compare it with your copy"


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the log stands: number of records, and the hash of the last line."""

    count: int
    head: str


def head_file(path: Path) -> Path:
    """The file beside the log that remembers its last record: `<log>.head`."""
    return path.with_name(path.name + ".head")


def read(path: Path) -> Iterator[Record]:
    """All records in order. Raises `AuditError` naming the first bad line, at that line."""
    with _shared(path) as file:
        chain = Chain(0, FIRST)
        remembered = read_head(path)
        for record, reached in _lines(file):
            chain = reached
            _compare(remembered, chain)
            yield record
        _check_end(remembered, chain)


def verify(path: Path) -> int:
    """The number of records, once every line holds. Raises `AuditError` naming the first bad one.

    Found are changed, added, removed and moved lines, also at the end, where the head file tells.
    Whoever can write both files can write another history: note count and head elsewhere, too.
    """
    return sum(1 for _ in read(path))


def read_head(path: Path) -> Chain:
    """What the head file remembers; an empty chain if there is none yet."""
    try:
        content = head_file(path).read_bytes()
    except FileNotFoundError:
        return Chain(0, FIRST)
    except OSError as error:
        raise AuditError(f"its head cannot be read ({error.strerror})", _KEEP) from None
    match = _HEAD.fullmatch(content)
    if match is None:
        raise AuditError("its head file is damaged", _KEEP)
    return Chain(int(match[1]), match[2].decode())


def check_behind(remembered: Chain, chain: Chain) -> None:
    """A writer that was ended between line and head leaves the head one record behind, not more."""
    if chain.count - remembered.count > 1:
        raise AuditError("its head file is missing or old", _KEEP)


def _compare(remembered: Chain, chain: Chain) -> None:
    if chain.count == remembered.count and chain.head != remembered.head:
        raise AuditError("not the line that was written", _KEEP, line=chain.count)


def _check_end(remembered: Chain, chain: Chain) -> None:
    if remembered.count > chain.count:
        raise AuditError("lines were removed from here on", _KEEP, line=chain.count + 1)
    check_behind(remembered, chain)


def _lines(file: BinaryIO) -> Iterator[tuple[Record, Chain]]:
    chain = Chain(0, FIRST)
    while line := file.readline(LINE_LIMIT + 1):
        number = chain.count + 1
        if not line.endswith(b"\n"):
            raise AuditError(
                "is not whole, as a killed writer leaves it"
                if len(line) <= LINE_LIMIT
                else "is too long",
                "the next record repairs this and says so; " + _KEEP,
                line=number,
            )
        try:
            record = records.decode(line[:-1])
        except ValueError:
            raise AuditError("is not what was written", _KEEP, line=number) from None
        if record.number != number or record.previous != chain.head:
            raise AuditError("does not follow the line before", _KEEP, line=number)
        chain = Chain(number, records.digest(line[:-1]))
        yield record, chain


@contextmanager
def _shared(path: Path) -> Iterator[BinaryIO]:
    """The file, with no writer in the middle of a record."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield file
    except FileNotFoundError:
        raise AuditError("is not there", "name the file that was written") from None
    except OSError as error:
        raise AuditError(
            f"cannot be read ({error.strerror or os.strerror(error.errno or 0)})",
            "run this as the user that owns it",
        ) from None
