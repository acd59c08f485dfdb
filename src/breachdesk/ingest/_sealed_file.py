"""Files that are sealed, written once, and there complete or not at all.

    32 random bytes || ChaCha20-Poly1305(file key, nonce 0, content)

with `file key = HMAC(secret, label || u16 length of name || name || random bytes)`. Each writing
draws its own random bytes, so a file that is begun again never seals a second text under a key and
nonce. The name is bound: a file that was renamed does not open.
"""

import contextlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.ingest.errors import BuildError

SALT_BYTES: Final = 32
_LABEL: Final = b"breachdesk/sealed-file/v1"
_NONCE: Final = bytes(12)


def file_cipher(secret: bytes, name: str, salt: bytes) -> ChaCha20Poly1305:
    """The cipher of one writing of a file."""
    encoded = name.encode()
    label = _LABEL + len(encoded).to_bytes(2, "big") + encoded
    return ChaCha20Poly1305(hmac.digest(secret, label + salt, "sha256"))


def write_sealed(path: Path, secret: bytes, content: bytes) -> None:
    """Put a file in place, durably; readers see the old one or this one. Raises `OSError`."""
    salt = os.urandom(SALT_BYTES)
    put_in_place(path, (salt, file_cipher(secret, path.name, salt).encrypt(_NONCE, content, None)))


def read_sealed(path: Path, secret: bytes) -> bytes:
    """What `write_sealed` wrote. Raises `BuildError` if it is not, `OSError` if it is not there."""
    data = path.read_bytes()
    cipher = file_cipher(secret, path.name, data[:SALT_BYTES])
    with opening(path):
        return cipher.decrypt(_NONCE, data[SALT_BYTES:], None)


def put_in_place(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a private file under a hidden name, sync it, and rename it."""
    # A name of its own: a worker may outlive a killed build by a moment, and meet the next one.
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    sync_names(path.parent)


def sync_file(path: Path) -> None:
    """Make a file's bytes durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_names(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """Say of a file that does not open what it is."""
    try:
        yield
    except InvalidTag:
        raise BuildError(
            "sealed-file",
            f"{path.name}, which a build set aside, was changed, cut short or sealed under other "
            "keys.",
            "If it is in the ledger, restore the ledger folder from a copy; if it is of an "
            "interrupted build, begin anew with --restart.",
        ) from None
