"""The file of a build's rejected rows, sealed to the `rejects` key of the operator's folder.

    "breachdesk-rejects/v1\n" || file key, wrapped (`keys.wrap`) || pieces

The content is cut into pieces of 64 KiB, the last one of less; each is ChaCha20-Poly1305 under the
file key, with `u88 number || u8 (1 for the last one)` as nonce, so that none can be moved, left out
or cut off. The content is lines of JSON: the head (`RejectsHead`), then a row each, as in
`_rejected`. Whoever has the public key can make such a file, so a reader trusts nothing in it.
"""

import contextlib
import json
import os
import secrets
from base64 import b64decode
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.ingest._rejects_head import RejectsHead, damaged, head_from
from breachdesk.ingest._source import Place, Raw
from breachdesk.ingest._stream import unreadable
from breachdesk.ingest.errors import BuildError, SourceError
from breachdesk.keys import WRAPPED_BYTES, KeyFolder, wrap

MAGIC: Final = b"breachdesk-rejects/v1\n"
REASONS: Final = ("encoding", "shape", "no-subject", "no-lookup")
_PIECE: Final = 1 << 16
_TAG: Final = 16
_MOST_LINE: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row: the number of its table in the head, its number in that table, and what it was.

    `at` are the fields at fault, `missing:phone invalid:rrn`.
    """

    table: int
    row: int
    reason: str
    at: str
    raw: Raw = field(repr=False)


@contextlib.contextmanager
def sealed_rejects(
    path: Path, public: bytes, head: RejectsHead, lines: Iterable[bytes]
) -> Iterator[None]:
    """Put the file in place for the length of the block, and keep it if the block succeeds.

    There is a whole file or none; one of that name is replaced. Raises `BuildError` if it cannot
    be written.
    """
    _write(path, public, head, lines)
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(path: Path, public: bytes, head: RejectsHead, lines: Iterable[bytes]) -> None:
    hidden = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        hidden.unlink(missing_ok=True)
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _seal(file, public, head, lines)
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(path)
    except OSError as error:
        _remove(hidden)
        raise BuildError(
            "disk",
            "The file of the rejected rows cannot be written "
            f"({error.strerror or type(error).__name__}).",
            "Free space on its disk, or name a place on a larger one with --rejects, and build "
            "again; the last release is untouched.",
        ) from None
    except BaseException:
        _remove(hidden)
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _seal(file: BinaryIO, public: bytes, head: RejectsHead, lines: Iterable[bytes]) -> None:
    key = secrets.token_bytes(32)
    cipher = ChaCha20Poly1305(key)
    file.write(MAGIC + wrap(public, key))
    number, held = 0, json.dumps(asdict(head), ensure_ascii=True).encode() + b"\n"
    for chunk in lines:
        held += chunk
        whole = len(held) - len(held) % _PIECE
        for start in range(0, whole, _PIECE):
            piece = held[start : start + _PIECE]
            file.write(cipher.encrypt(_nonce(number, last=False), piece, None))
            number += 1
        held = held[whole:]
    file.write(cipher.encrypt(_nonce(number, last=True), held, None))


class RejectsFile:
    """A file of rejected rows that this folder's key opens."""

    def __init__(self, path: Path, keys: KeyFolder) -> None:
        """`keys` has `rejects` opened. Raises `SourceError`, or `WrapError` for another key."""
        self.path: Final = path
        with _opened(path) as file:
            wrapped = file.read(WRAPPED_BYTES)
            self.size: Final = os.fstat(file.fileno()).st_size
        self._cipher: Final = ChaCha20Poly1305(keys.unwrap_rejects(wrapped))
        self.position = 0
        with contextlib.closing(self._lines()) as lines:
            self.head: Final = head_from(next(lines, b""), path)

    def rows(self) -> Generator[RejectedRow]:
        """Every row, in the order of the file. Raises `SourceError`."""
        with contextlib.closing(self._lines()) as lines:
            next(lines, b"")
            for line in lines:
                yield _row(line, self.head, self.path)

    def _lines(self) -> Generator[bytes]:
        held = b""
        for piece in self._pieces():
            *whole, held = (held + piece).split(b"\n")
            yield from whole
            if len(held) > _MOST_LINE:
                raise damaged(self.path)
        if held:
            raise damaged(self.path)

    def _pieces(self) -> Iterator[bytes]:
        with _opened(self.path) as file:
            file.seek(WRAPPED_BYTES, os.SEEK_CUR)
            number, sealed = 0, file.read(_PIECE + _TAG)
            while True:
                following = file.read(_PIECE + _TAG)
                try:
                    nonce = _nonce(number, last=not following)
                    yield self._cipher.decrypt(nonce, sealed, None)
                except InvalidTag:
                    raise damaged(self.path) from None
                self.position = file.tell() - len(following)
                if not following:
                    return
                number, sealed = number + 1, following


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file behind its first line. Raises `SourceError`."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise SourceError(
                    "rejects-file",
                    f"{path.name} is no file of rejected rows.",
                    "Name the file that the closing table of `breachdesk build` names.",
                )
            yield file
    except OSError as error:
        raise unreadable(Place(path), error) from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _row(line: bytes, head: RejectsHead, path: Path) -> RejectedRow:
    try:
        record = json.loads(line)
        row = RejectedRow(
            record["table"], record["row"], record["reason"], record["at"], _raw(record)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged(path) from None
    numbers = type(row.table) is int and type(row.row) is int
    if not numbers or not 0 <= row.table < len(head.tables) or not 0 <= row.row < 1 << 64:
        raise damaged(path)
    if row.reason not in REASONS or not isinstance(row.at, str):
        raise damaged(path)
    return row


def _raw(record: dict[str, Any]) -> Raw:
    if "raw" in record:
        return b64decode(record["raw"], validate=True)
    return tuple(_cell(cell) for cell in record["cells"])


def _cell(cell: object) -> str | bytes:
    if isinstance(cell, dict):
        return b64decode(cell["raw"], validate=True)
    if not isinstance(cell, str):
        raise TypeError
    return cell
