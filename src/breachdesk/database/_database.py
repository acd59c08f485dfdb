"""How the database of a project is opened, and its migrations at the start.

SQLite: a write-ahead log that is synced at every commit (what was acknowledged is on the disk),
deleted content overwritten, write transactions begun as such so that two never deadlock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import dj_database_url
from django.core.management import call_command
from django.db import connection

_BUSY_SECONDS: Final = 20
_CONNECT_SECONDS: Final = 5
_KEPT_SECONDS: Final = 60
_PRAGMAS: Final = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
#: The number of the advisory lock that migrations take on PostgreSQL ("breachde" in ASCII).
_ADVISORY_LOCK: Final = int.from_bytes(b"breachde")


def database_settings(url: str) -> dict[str, Any]:
    """One entry of DATABASES."""
    settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=_KEPT_SECONDS))
    settings["CONN_HEALTH_CHECKS"] = True
    options = settings.setdefault("OPTIONS", {})
    if settings["ENGINE"].endswith("sqlite3"):
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": _BUSY_SECONDS,
            "init_command": _PRAGMAS,
        }
    else:
        options |= {"connect_timeout": _CONNECT_SECONDS}
    return settings


def migrate() -> None:
    """Bring the database up to date. Several processes may call it at once: one works, all wait."""
    with _only_one():
        call_command("migrate", verbosity=0, interactive=False)


def checkpoint() -> None:
    """On SQLite, empty the write-ahead log: it would keep what was just overwritten."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _only_one() -> Iterator[None]:
    if connection.vendor == "sqlite":
        with _file_lock(Path(str(connection.settings_dict["NAME"]))):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


@contextmanager
def _file_lock(database: Path) -> Iterator[None]:
    """A lock file beside the database, which is made for its owner only."""
    file = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        yield
    finally:
        os.close(file)
