"""Writes that survive a power cut: a file's bytes, then its name, each flushed before the next."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from breachdesk.release.errors import StoreError

_SYNC_THREADS = 8
"""fsync waits for the disk and not for a core; a journal commits neighbours together."""


@contextlib.contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turn an OSError into StoreError("disk"), which names what was being done and why not."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(
            "disk",
            f"{doing}: {reason}",
            "free some space or mend the permissions, then do it again; nothing was published",
        ) from None


def write_durable(path: Path, data: bytes) -> None:
    """Write a file and wait for the disk. The name is durable once the folder is synced."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_durable(path: Path, temporary: Path, data: bytes) -> None:
    """Readers see the old bytes or the new ones, whenever the power fails.

    What fails, as on a full disk, leaves no temporary file.
    """
    try:
        write_durable(temporary, data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_one(path.parent)


def sync_one(path: Path) -> None:
    """Flush a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every file below `folder`, then every folder."""
    folders, files = [], []
    for root, _, names in os.walk(folder):
        folders.append(Path(root))
        files += [Path(root, name) for name in names]
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        for _ in pool.map(sync_one, files, chunksize=64):
            pass
    for one in folders:
        sync_one(one)


@contextlib.contextmanager
def file_lock(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock that the system drops when this process ends. BlockingIOError if it is taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
