"""Encrypted partition files: what a build sets aside on disk between its stages.

Nothing of a source reaches the disk in plain. A file is a sequence of chunks, each

    u32 length || ChaCha20-Poly1305(file key, nonce, associated data, chunk)

with `file key = HMAC(spill key, label || build id || file name)`, the chunk's number as nonce and
the number of bytes as associated data. A file has one writer, which counts its chunks; a build id
is random and used once. So no key and nonce meet twice, and a chunk that is moved, cut or of
another build or file does not open. That whole chunks are missing at the end, the callers see in
their counts.
"""

import contextlib
import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.ingest.errors import BuildError

BUILD_ID_BYTES = 16

_LABEL = b"breachdesk/spill/v1"
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class SpillKey:
    """The key of one build's spill, and the build's random id."""

    secret: bytes = field(repr=False)
    build: bytes

    def cipher(self, name: str) -> ChaCha20Poly1305:
        """The cipher of the file with this name."""
        return ChaCha20Poly1305(
            hmac.digest(self.secret, _LABEL + self.build + name.encode(), "sha256")
        )


class SpillWriter:
    """Appends chunks to files of one folder. Each file has one writer for its whole life."""

    def __init__(self, folder: Path, key: SpillKey) -> None:
        self.folder = folder
        self.key = key
        self._files: dict[str, tuple[ChaCha20Poly1305, int]] = {}

    def append(self, name: str, chunk: bytes) -> None:
        """Encrypt one chunk and add it to the file. Raises `OSError` when the disk is full."""
        cipher, number = self._files.get(name) or (self.key.cipher(name), 0)
        self._files[name] = cipher, number + 1
        length = _LENGTH.pack(len(chunk))
        sealed = cipher.encrypt(_nonce(number), chunk, length)
        _append(self.folder / name, length + sealed)


def read_spill(path: Path, key: SpillKey) -> Iterator[bytes]:
    """The chunks of a file in order; none if no writer ever made it.

    Raises `BuildError` when a chunk is not what its writer wrote.
    """
    if not path.exists():
        return
    cipher = key.cipher(path.name)
    with path.open("rb") as file:
        for number in range(1 << 32):
            length = file.read(_LENGTH.size)
            if not length:
                return
            yield _open(cipher, number, length, file.read(_body_bytes(length)))


def spill_bytes(folder: Path) -> int:
    """How much all files below a folder take; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _open(cipher: ChaCha20Poly1305, number: int, length: bytes, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(_nonce(number), sealed, length)
    except InvalidTag:
        raise BuildError(
            "spill",
            "A temporary file of this build was changed or cut short.",
            "Check the disk of the releases folder, then build again.",
        ) from None


def _body_bytes(length: bytes) -> int:
    return 16 + (_LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _append(path: Path, data: bytes) -> None:
    """Write all of `data` at the end of a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
