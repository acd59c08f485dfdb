"""The database's server itself is killed while people send their reports, and started again.

Whatever was acknowledged is there, once. Who was not acknowledged is told so by a page that keeps
everything, and pressing its button is one report.
"""

import html
import re
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.factories.desk import report
from tests.factories.postgres import Cluster, own_cluster
from tests.factories.served import wait_for
from tests.integration.desk.test_kills import (
    EACH,
    KILLS,
    SENDERS,
    Running,
    assert_each_is_there_once,
    count_cases,
    in_threads,
    network,
    wait_for_more,
)

_RECEIPT = re.compile(r"<strong>([0-9-]{19})</strong>")
_KEPT = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
#: Which table a report waits for when the server dies: the first that it writes, and the last.
TABLES = ("desk_counter", "desk_submission")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_cluster() as found:
        yield found


@pytest.fixture
def running(tmp_path: Path, cluster: Cluster) -> Iterator[Running]:
    name = f"desk_{secrets.token_hex(4)}"
    with psycopg.connect(f"{cluster.url}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    with Running(tmp_path, f"{cluster.url}/{name}").serving() as found:
        yield found


def press(running: Running, fields: dict[str, str]) -> httpx.Response:
    return httpx.post(
        f"{running.url}/en/report/send/",
        data=fields,
        headers={"X-Forwarded-For": network()},
        timeout=90,
    )


def kept(told: httpx.Response, fields: dict[str, str]) -> dict[str, str]:
    """What the page that says "not received" sends when its button is pressed."""
    assert told.status_code == 503, told.status_code
    assert "We could not take it now" in told.text
    assert _RECEIPT.search(told.text) is None
    found = {name: html.unescape(value) for name, value in _KEPT.findall(told.text)}
    assert found == fields
    return found


def send_until_acknowledged(running: Running, told: list[int]) -> tuple[str, str]:
    """By somebody who presses the button of each page that comes back; story and receipt."""
    fields = report(narrative=f"story {secrets.token_hex(4)}")
    while True:
        got = press(running, fields)
        if found := _RECEIPT.search(got.text):
            return fields["narrative"], found[1]
        fields = kept(got, fields)
        told.append(got.status_code)
        threading.Event().wait(0.3)


def test_a_server_that_dies_again_and_again_loses_and_doubles_nothing(
    running: Running, cluster: Cluster
) -> None:
    acknowledged: list[tuple[str, str]] = []
    told: list[int] = []
    enough = threading.Event()

    def work() -> None:
        sent = 0
        while sent < EACH or not enough.is_set():
            acknowledged.append(send_until_acknowledged(running, told))
            sent += 1

    threads = in_threads(work)
    try:
        for number in range(KILLS):
            wait_for_more(acknowledged, SENDERS)
            cluster.kill() if number % 2 else cluster.stop_at_once()
            threading.Event().wait(1)
            cluster.start()
        wait_for_more(acknowledged, SENDERS)
    finally:
        enough.set()
    for thread in threads:
        thread.join(180)
    assert len(acknowledged) >= SENDERS * EACH
    assert told, "nobody met a server that was dead"
    wait_for(running.address, "/healthz")
    assert_each_is_there_once(running, acknowledged)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["kill", "stop_at_once"])
def test_a_report_on_its_way_when_the_server_dies_is_not_there_and_is_sent_again(
    running: Running, cluster: Cluster, table: str, how: str
) -> None:
    fields = report(narrative=f"story {secrets.token_hex(4)}")
    answers: list[httpx.Response] = []
    sender = threading.Thread(target=lambda: answers.append(press(running, fields)))
    with psycopg.connect(running.database) as holder:
        holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        sender.start()
        wait_for_the_lock(running.database)
        getattr(cluster, how)()
        sender.join(90)
        holder.close()
    again = kept(answers[0], fields)
    assert press(running, again).status_code == 503
    cluster.start()
    wait_for(running.address, "/healthz")
    assert count_cases(running) == 0
    texts = [press(running, again).text for _ in range(2)]
    found = {match[1] for text in texts if (match := _RECEIPT.search(text))}
    assert len(found) == 1
    assert_each_is_there_once(running, [(fields["narrative"], found.pop())])


def wait_for_the_lock(database: str) -> None:
    """Until the report's transaction waits for what the test holds."""
    with psycopg.connect(database, autocommit=True) as reader:
        for _ in range(600):
            row = reader.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if row is not None and row[0]:
                return
            threading.Event().wait(0.05)
    raise AssertionError("no report waits")
