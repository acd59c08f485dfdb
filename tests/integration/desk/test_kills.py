"""The desk's process and its database's connections are killed while people send their reports, and
one process takes over from another.

Whatever was acknowledged is there, once; what was not is sent again and is one case.
"""

import re
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from breachdesk.envelope import desk_public_key
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from tests.factories.channel import end, start
from tests.factories.desk import PRIVATE, report
from tests.factories.postgres import new_database, postgres_server
from tests.factories.served import wait_for

SENDERS, EACH, KILLS = 3, 6, 4
#: Of a rolling restart: how often, and how long a sender rests between two reports.
HANDOVERS, REST_SECONDS = 2, 0.3


class Running:
    """The process on one listening socket, started again as a supervisor does."""

    def __init__(self, data: Path, database: str) -> None:
        self.data, self.database = data, database
        self._listening = listen("127.0.0.1", 0, "--desk-port")
        self.url = ""

    @contextmanager
    def serving(self) -> Iterator["Running"]:
        with self._listening as listening:
            self._handle = listening.fileno()
            self.address = f"127.0.0.1:{listening.getsockname()[1]}"
            self.url = f"http://{self.address}"
            self._begin()
            wait_for(self.address, "/healthz")
            try:
                yield self
            finally:
                end(self._process)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)
        self._begin()

    def end(self) -> int:
        """As an operator ends it; the exit status."""
        end(self._process)
        return int(self._process.returncode)

    def _begin(self) -> None:
        told = {
            "BREACHDESK_DESK_DATA": str(self.data),
            "BREACHDESK_DESK_PUBLIC": desk_public_key(PRIVATE).hex(),
            "BREACHDESK_DESK_PROXIES": "127.0.0.0/8",
            "BREACHDESK_ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": self.database,
            environment.DESK_SOCKET: str(self._handle),
        }
        self._process = start("breachdesk.serving._desk", told, None, self._handle)


@pytest.fixture(params=["sqlite", "postgres"])
def running(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    if request.param == "sqlite":
        with Running(tmp_path, "").serving() as found:
            yield found
        return
    with (
        postgres_server(tmp_path_factory.mktemp("postgres")) as server,
        new_database(server) as url,
        Running(tmp_path, url).serving() as found,
    ):
        yield found


def send_until_acknowledged(url: Callable[[], str]) -> tuple[str, str]:
    """One report by somebody who presses again until there is a receipt; its story and receipt.

    `url` says where a proxy would lead him at that time.
    """
    fields = report(narrative=f"story {secrets.token_hex(4)}")
    while True:
        try:
            got = httpx.post(
                f"{url()}/en/report/send/",
                data=fields,
                headers={"X-Forwarded-For": network()},
                timeout=30,
            )
        except httpx.HTTPError:
            continue
        if found := re.search(r"<strong>([0-9-]{19})</strong>", got.text):
            return fields["narrative"], found[1]
        assert got.status_code in (429, 503, 500), got.status_code
        threading.Event().wait(0.5)


def network() -> str:
    """Somebody else's, so that limits play no part here."""
    return ".".join(str(secrets.randbelow(200) + 20) for _ in range(4))


def in_threads(work: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    return threads


def test_nothing_acknowledged_is_lost_and_nothing_doubled(running: Running) -> None:
    acknowledged: list[tuple[str, str]] = []

    def work() -> None:
        acknowledged.extend(send_until_acknowledged(lambda: running.url) for _ in range(EACH))

    threads = in_threads(work)
    for number in range(KILLS):
        before = len(acknowledged)
        while len(acknowledged) == before and any(thread.is_alive() for thread in threads):
            threading.Event().wait(0.05)
        if number % 2 or not running.database:
            running.kill()
        else:
            cut_connections(running.database)
    for thread in threads:
        thread.join(120)
    wait_for(running.address, "/healthz")
    assert len(acknowledged) == SENDERS * EACH
    assert_each_is_there_once(running, acknowledged)


def assert_each_is_there_once(running: Running, acknowledged: list[tuple[str, str]]) -> None:
    for story, receipt in acknowledged:
        got = httpx.post(
            f"{running.url}/en/case/",
            data={"receipt": receipt},
            headers={"X-Forwarded-For": network()},
            timeout=30,
        )
        assert story in got.text
    assert count_cases(running) == len(acknowledged)


def test_a_rolling_restart_loses_no_report(running: Running) -> None:
    acknowledged: list[tuple[str, str]] = []
    processes, enough = [running], threading.Event()

    def work() -> None:
        while not enough.is_set():
            acknowledged.append(send_until_acknowledged(lambda: processes[-1].url))
            enough.wait(REST_SECONDS)

    with ExitStack() as stack:
        threads = in_threads(work)
        stack.callback(enough.set)
        for _ in range(HANDOVERS):
            wait_for_more(acknowledged, SENDERS)
            following = Running(running.data, running.database)
            processes.append(stack.enter_context(following.serving()))
            assert processes[-2].end() in (0, -signal.SIGTERM)
        wait_for_more(acknowledged, SENDERS)
        enough.set()
        for thread in threads:
            thread.join(120)
        assert_each_is_there_once(processes[-1], acknowledged)


def wait_for_more(acknowledged: list[tuple[str, str]], count: int) -> None:
    wanted, give_up = len(acknowledged) + count, time.monotonic() + 60
    while len(acknowledged) < wanted:
        assert time.monotonic() < give_up, "nothing is acknowledged any more"
        threading.Event().wait(0.05)


def cut_connections(database: str) -> None:
    """What a database that restarts does to them."""
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def count_cases(running: Running) -> int:
    if running.database:
        with psycopg.connect(running.database) as reader:
            row = reader.execute("SELECT count(*) FROM desk_case").fetchone()
            return 0 if row is None else int(row[0])
    import sqlite3  # noqa: PLC0415 (the other branch needs none)

    with sqlite3.connect(f"file:{running.data / 'desk.db'}?mode=ro", uri=True) as file:
        return int(file.execute("SELECT count(*) FROM desk_case").fetchone()[0])
