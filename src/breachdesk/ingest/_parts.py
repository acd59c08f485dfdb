"""Parts: what became of one partition of rows, in one file that is there complete or not at all.

    32 random bytes || 512 sealed segments || sealed index of their lengths, u32 each

Segment n below 256 holds the *outputs* that begin with the byte n, one record each,

    out 64 || subject id 12 || lookup u8 || items u64 || number of records u16

and segment 256 + n the *people* whose subject id begins with the byte n,

    subject id 12 || items u64 || number of records u16 || lookups that hold the person, u16

(bit i: the incident's lookup i). Segments are sealed on their own, ChaCha20-Poly1305 under the
key of `_sealed_file` with their number as nonce, so that each is read without the others.
"""

import os
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.ingest._sealed_file import SALT_BYTES, file_cipher, opening, put_in_place

SEGMENTS: Final = 256
OUTPUT_BYTES: Final = 87
PERSON_BYTES: Final = 24

_INDEX: Final = struct.Struct(f">{2 * SEGMENTS}I")
_TAG_BYTES: Final = 16


def write_part(
    path: Path, secret: bytes, outputs: Sequence[bytes], people: Sequence[bytes]
) -> None:
    """Write a part: the records of each, joined, by first byte. Raises `OSError`."""
    salt = os.urandom(SALT_BYTES)
    cipher = file_cipher(secret, path.name, salt)
    segments = [
        cipher.encrypt(_nonce(number), records, None) if records else b""
        for number, records in enumerate((*outputs, *people))
    ]
    index = cipher.encrypt(_nonce(2 * SEGMENTS), _INDEX.pack(*map(len, segments)), None)
    put_in_place(path, (salt, *segments, index))


def read_outputs(path: Path, secret: bytes, byte: int) -> bytes:
    """The records of the outputs that begin with a byte. Raises `BuildError` or `OSError`."""
    return _read(path, secret, byte)


def read_people(path: Path, secret: bytes, byte: int) -> bytes:
    """The people whose subject id begins with a byte. Raises `BuildError` or `OSError`."""
    return _read(path, secret, SEGMENTS + byte)


def _read(path: Path, secret: bytes, number: int) -> bytes:
    cipher, ends = _opened(path, secret)
    start, end = ends[number], ends[number + 1]
    if start == end:
        return b""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.pread(descriptor, end - start, start)
    finally:
        os.close(descriptor)
    with opening(path):
        return cipher.decrypt(_nonce(number), data, None)


@lru_cache(maxsize=4096)
def _opened(path: Path, secret: bytes) -> tuple[ChaCha20Poly1305, tuple[int, ...]]:
    """The cipher of a part, and where its segments begin and end."""
    with path.open("rb") as file:
        cipher = file_cipher(secret, path.name, file.read(SALT_BYTES))
        size = _INDEX.size + _TAG_BYTES
        file.seek(max(os.fstat(file.fileno()).st_size - size, 0))
        sealed = file.read()
    with opening(path):
        lengths = _INDEX.unpack(cipher.decrypt(_nonce(2 * SEGMENTS), sealed, None))
    return cipher, tuple(accumulate(lengths, initial=SALT_BYTES))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
