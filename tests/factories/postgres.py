"""A PostgreSQL for tests, and databases in it that are dropped afterwards.

BREACHDESK_TEST_POSTGRES names one that runs; otherwise one that answers on this machine's usual
port is used; otherwise one is started from the server's own programs, in a temporary folder.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn

import psycopg
import pytest

from tests.factories.ports import free_port

#: What is left of a killed server takes a while to go.
START_SECONDS: Final = 60
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
        _without()
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


class Cluster:
    """A server of our own, which can be killed and started again on the same data.

    It refuses to run as root: then it runs as `postgres`.
    """

    def __init__(self, programs: Path, folder: Path, *, durable: bool) -> None:
        self._data = folder / "data"
        self._data.mkdir(parents=True)
        self._as_user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            for one in (self._data, *self._data.parents[:3]):
                one.chmod(one.stat().st_mode | 0o011)
            shutil.chown(self._data, "postgres", "postgres")
            self._as_user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._port = free_port()
        sync = "on" if durable else "off"
        where = ["-D", str(self._data)]
        options = ["-h", "127.0.0.1", "-p", str(self._port), "-k", str(self._data)]
        self._serve = [str(programs / "postgres"), *where, *options, "-c", f"fsync={sync}"]
        initdb = [str(programs / "initdb"), *where, "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, **self._as_user)

    @property
    def url(self) -> str:
        """Without a database."""
        return f"postgres://postgres@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Again, too: as soon as the processes of one that was killed are gone."""
        give_up = time.monotonic() + START_SECONDS
        self._begin()
        while not _answers(self.url):
            assert time.monotonic() < give_up, "the server does not start"
            time.sleep(0.1)
            if self._server.poll() is not None:
                self._begin()

    def stop_at_once(self) -> None:
        """Immediate shutdown: nothing is written any more, and the next start recovers."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """The server's first process is killed; the others find out by themselves."""
        self._end(signal.SIGKILL)

    def _begin(self) -> None:
        # A child of ours, so that it is gone once it is waited for.
        with (self._data.parent / "log").open("ab") as log:
            self._server = subprocess.Popen(
                self._serve, stdout=log, stderr=subprocess.STDOUT, **self._as_user
            )

    def _end(self, how: signal.Signals) -> None:
        self._server.send_signal(how)
        self._server.wait(START_SECONDS)


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """One that may be killed, running, with its writes on the disk when they are committed.

    Its folder is not pytest's: another session of pytest that begins closes those to `postgres`,
    and then no server starts again.
    """
    programs = _programs()
    if programs is None:
        _without()
    with TemporaryDirectory(prefix="breachdesk-postgres-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(programs, Path(folder), durable=True)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop_at_once()


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[str]:
    cluster = Cluster(programs, folder, durable=False)
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop_at_once()


def _without() -> NoReturn:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(NO_POSTGRES)
    pytest.skip(NO_POSTGRES)
