"""Changing a key folder so that a kill at any point leaves a usable one.

New key files go into a new subfolder. Replacing `folder.toml`, which names the subfolder and the
keys that are held, is the one moment of change. Old files are overwritten and removed after that,
or by the next change where this one was stopped.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from breachdesk.keys._custody import Custody
from breachdesk.keys._document import Document, Keeping, decode, encode
from breachdesk.keys._files import (
    PUBLIC_FILE,
    PrivateFolder,
    encode_key,
    key_file,
    sync_folder,
    write_private,
)
from breachdesk.keys._folder import check_document, read_keys
from breachdesk.keys._names import KEY_NAMES
from breachdesk.keys._public import PublicKeys
from breachdesk.keys._sealed import FOLDER_KEY_BYTES, SEAL_FILE, seal_key
from breachdesk.keys._unlock import Unlock
from breachdesk.keys.errors import KeyBusy

_NEW_PUBLIC: Final = f".{PUBLIC_FILE}.new"
_SUBFOLDER: Final = re.compile(r"\.?keys-[0-9]+(\.new)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Changing:
    """A key folder that no other command changes meanwhile."""

    folder: Path
    private: PrivateFolder
    document: Document

    def read_all(self, unlock: Unlock) -> dict[str, bytes]:
        """Every key that the folder holds."""
        keeping = self.document.keeping
        return read_keys(self.private, keeping, keeping.held, unlock)

    def keep(
        self,
        keys: Mapping[str, bytes],
        custody: Custody | None,
        public: PublicKeys | None = None,
    ) -> None:
        """Write all key files anew under another custody (None: plain), then drop the old ones.

        `public` are the new public values, None where they stay.
        """
        old = self.document.keeping
        keeping = replace(
            old,
            custody="plain" if custody is None else custody.name,
            token=None if custody is None else custody.token,
            generation=old.generation + 1,
            held=tuple(name for name in KEY_NAMES if name in keys),
        )
        final = self.folder / keeping.prefix.rstrip("/")
        scratch = final.with_name(f".{final.name}.new")
        scratch.mkdir(mode=0o700)
        write_keys(scratch, keys, custody)
        scratch.rename(final)
        sync_folder(self.folder)
        self.replace(Document(public or self.document.public, keeping))

    def replace(self, document: Document) -> None:
        """Put another `folder.toml` in force, and remove what it no longer names."""
        new = self.folder / _NEW_PUBLIC
        new.unlink(missing_ok=True)
        write_private(new, encode(document))
        new.rename(self.folder / PUBLIC_FILE)
        sync_folder(self.folder)
        sweep(self.folder, document.keeping)


@contextmanager
def changing(folder: Path) -> Iterator[Changing]:
    """Lock a key folder for a change. Raises `KeyBusy`, or as `open_folder`."""
    with PrivateFolder(folder) as private:
        try:
            fcntl.flock(private.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KeyBusy from None
        document = decode(private.read(PUBLIC_FILE))
        check_document(document)
        sweep(folder, document.keeping)
        yield Changing(folder, private, document)


def write_keys(folder: Path, keys: Mapping[str, bytes], custody: Custody | None) -> None:
    """Key files, sealed or plain, in a folder that holds none yet; durable."""
    if custody is None:
        for name, secret in keys.items():
            write_private(folder / key_file(name), encode_key(name, secret))
    else:
        folder_key = secrets.token_bytes(FOLDER_KEY_BYTES)
        write_private(folder / SEAL_FILE, custody.wrap(folder_key))
        for name, secret in keys.items():
            write_private(folder / key_file(name), seal_key(name, secret, folder_key))
    sync_folder(folder)


def sweep(folder: Path, keeping: Keeping) -> None:
    """Overwrite and remove every key file that `folder.toml` does not name."""
    (folder / _NEW_PUBLIC).unlink(missing_ok=True)
    current = folder / keeping.prefix if keeping.prefix else folder
    for path in folder.iterdir():
        if path != current and _SUBFOLDER.fullmatch(path.name) and path.is_dir():
            for file in path.iterdir():
                erase(file)
            shutil.rmtree(path)
    kept = {key_file(name) for name in keeping.held} | {SEAL_FILE}
    places = {folder, current}
    for place in places:
        for name in (*(key_file(one) for one in KEY_NAMES), SEAL_FILE):
            if place != current or name not in kept:
                erase(place / name)


def erase(path: Path) -> None:
    """Overwrite a file with random bytes, sync and unlink it; nothing to do if it is not there.

    On a disk that writes elsewhere than it read (most flash, copy-on-write file systems, snapshots)
    the old bytes may outlive this: OPERATIONS says what to do about it.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, IsADirectoryError):
        return
    try:
        left = os.fstat(handle).st_size
        while left > 0:
            left -= os.write(handle, secrets.token_bytes(min(left, 65536)))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
    sync_folder(path.parent)
