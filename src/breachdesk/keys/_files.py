"""Files of a key folder: exclusive, private and synced when written, checked when read.

A key file is one line, `breachdesk-key/v1 <key name> <base64 of 32 bytes>`. The name inside keeps
one key from being taken for another when files are moved.
"""

import base64
import binascii
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from breachdesk.keys.errors import KeyFormat, KeyMissing, KeyPermissions, KeyUnreadable

KEY_BYTES: Final = 32
PUBLIC_FILE: Final = "folder.toml"

_HEADER: Final = "breachdesk-key/v1"
_MAX_FILE_BYTES: Final = 16384
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def key_file(name: str) -> str:
    """The file of a key."""
    return f"{name}.key"


def encode_key(name: str, secret: bytes) -> bytes:
    """What a key file holds."""
    return f"{_HEADER} {name} {base64.b64encode(secret).decode()}\n".encode()


def decode_key(name: str, content: bytes) -> bytes:
    """The 32 bytes of a key file; raises `KeyFormat`."""
    file = key_file(name)
    try:
        header, inside, encoded = content.decode("ascii").removesuffix("\n").split(" ")
    except ValueError:
        raise KeyFormat(file, "not one line of a header, a name and a key") from None
    if header != _HEADER:
        raise KeyFormat(file, f"does not begin with {_HEADER}")
    if inside != name:
        raise KeyFormat(file, "holds a key of another name")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise KeyFormat(file, "the key is not base64") from None
    if len(secret) != KEY_BYTES:
        raise KeyFormat(file, f"the key has not {KEY_BYTES} bytes")
    return secret


def write_private(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600 and sync it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make a folder's names durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class PrivateFolder:
    """An open key folder: reads go through its descriptor, so it cannot be swapped meanwhile."""

    __slots__ = ("_descriptor",)

    def __init__(self, path: Path) -> None:
        """Raises `KeyMissing`, `KeyUnreadable`, `KeyFormat` or `KeyPermissions`."""
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            raise KeyMissing(".") from None
        except NotADirectoryError:
            raise KeyFormat(
                "the key folder", "is not a folder", fix="name what `breachdesk keys new` made"
            ) from None
        except PermissionError:
            raise KeyUnreadable(".") from None
        try:
            _check_mode(".", os.fstat(self._descriptor))
        except KeyPermissions:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)

    @property
    def descriptor(self) -> int:
        """The open folder, for a lock on it."""
        return self._descriptor

    def read(self, file: str) -> bytes:
        """A file's content. Errors as for the folder."""
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK, dir_fd=self._descriptor)
        except FileNotFoundError:
            raise KeyMissing(file) from None
        except PermissionError:
            raise KeyUnreadable(file) from None
        try:
            found = os.fstat(descriptor)
            _check_mode(file, found)
            if not stat.S_ISREG(found.st_mode):
                raise KeyFormat(file, "is not a file")
            content = os.read(descriptor, _MAX_FILE_BYTES + 1)
        finally:
            os.close(descriptor)
        if len(content) > _MAX_FILE_BYTES:
            raise KeyFormat(file, "is too long")
        return content


def _check_mode(file: str, found: os.stat_result) -> None:
    """Raise `KeyPermissions` when the group or everybody has any right."""
    if found.st_mode & _OTHERS:
        raise KeyPermissions(file, stat.S_IMODE(found.st_mode))
