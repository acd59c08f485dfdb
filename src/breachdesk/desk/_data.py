"""The data folder of the desk: the receipts' salt, and the sealed files. Not in the database."""

import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from breachdesk.desk.errors import DataFolderError
from breachdesk.envelope import SALT_BYTES

SALT_FILE: Final = "receipt.salt"
FILES_FOLDER: Final = "files"


def prepare(folder: Path) -> None:
    """Make folder and salt where they are not. Several processes may do so at once."""
    try:
        (folder / FILES_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / SALT_FILE).exists():
            _make_salt(folder)
    except OSError as error:
        raise DataFolderError(
            f"the data folder {folder} cannot be used ({type(error).__name__}): let this user "
            "write to it"
        ) from None


def salt() -> bytes:
    """The salt of this service's receipts. Raises `DataFolderError`."""
    return _salt_of(settings.DESK_DATA)


def write_file(name: str, sealed: bytes) -> None:
    """A new sealed file, on the disk when this returns."""
    path = file_path(name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def file_path(name: str) -> Path:
    """Where a sealed file stands."""
    return Path(settings.DESK_DATA) / FILES_FOLDER / name


@cache
def _salt_of(folder: Path) -> bytes:
    try:
        found = (folder / SALT_FILE).read_bytes()
    except OSError:
        found = b""
    if len(found) != SALT_BYTES:
        raise DataFolderError(
            f"{folder / SALT_FILE} is not there or damaged: restore it from the backup, else no "
            "receipt opens its case"
        )
    return found


def _make_salt(folder: Path) -> None:
    """Whole or not at all: linked into place once it is on the disk."""
    scratch = folder / f".{SALT_FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SALT_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(scratch, folder / SALT_FILE)
    finally:
        scratch.unlink()
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
