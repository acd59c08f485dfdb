"""A PostgreSQL for tests, and databases in it that are dropped afterwards.

BREACHDESK_TEST_POSTGRES names one that runs; otherwise one that answers on this machine's usual
port is used; otherwise one is started from the server's own programs, in a temporary folder.
"""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

VARIABLE = "BREACHDESK_TEST_POSTGRES"
_USUAL = "postgres://postgres@127.0.0.1:5432"
NO_POSTGRES = (
    "no PostgreSQL on this machine: install it (Debian and Ubuntu: apt-get install postgresql), or "
    f"name one in {VARIABLE}"
)


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The URL of a server without a database. Without one the test is skipped, and in CI it fails.

    `folder` is one that only this fixture uses.
    """
    named = os.environ.get(VARIABLE, _USUAL)
    if _answers(named):
        yield named
        return
    programs = _programs()
    if programs is None or VARIABLE in os.environ:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(NO_POSTGRES)
        pytest.skip(NO_POSTGRES)
    with _started(programs, folder) as url:
        yield url


@contextmanager
def new_database(server: str, *, like: str = "template1") -> Iterator[str]:
    """The URL of an empty database, or of a copy of the one named `like`."""
    name = f"channel_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _answers(server: str) -> bool:
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[str]:
    """A server of our own. It refuses to run as root: then it runs as `postgres`."""
    data = folder / "data"
    data.mkdir(parents=True)
    as_user: list[str] = []
    if os.geteuid() == 0:
        for one in (data, *data.parents[:3]):
            one.chmod(one.stat().st_mode | 0o011)
        shutil.chown(data, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync=off"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w", "-s"]
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
    subprocess.run([*as_user, *initdb], check=True, capture_output=True, cwd="/")
    log = ["-l", str(data / "log")]
    subprocess.run([*control, *log, "-o", options, "start"], check=True, cwd="/")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd="/")
