"""The whole process tree of `serve`, with a small application in the pages' place."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from breachdesk.release import parse_note
from tests.factories.ports import free_port
from tests.factories.redis_server import redis_server
from tests.factories.served import ELEMENT, Made, fetch_token, make_service

ROOT = Path(__file__).parents[2]
LINE = "Breachdesk is ready at http://127.0.0.1:"


def command(made: Made, port: int, limits: str = "", *pages: str) -> list[str]:
    """With a Redis, two processes of the check service."""
    program = str(ROOT / "tests" / "factories" / "serve_command.py")
    return [
        sys.executable,
        program,
        str(made.releases),
        str(made.keys),
        str(port),
        limits,
        *pages,
    ]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "AWS_SECRET_ACCESS_KEY": "canary"}


@contextmanager
def serving(made: Made, limits: str = "") -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    port = free_port()
    process = subprocess.Popen(
        command(made, port, limits), env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{LINE}{port}/\n"
        yield port, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)


def run_to_the_end(words: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a condition; fail when it does not come."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if what():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to pass")


def children(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not [one for one in processes if one.is_running() and one.status() != "zombie"]


def evaluate(evaluator: str, headers: dict[str, str]) -> int:
    headers = {"Content-Type": "application/octet-stream", **headers}
    url = f"{evaluator}/v1/evaluate/open/1"
    return httpx.post(url, content=ELEMENT, headers=headers).status_code


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_service(tmp_path, age=13 * 3600)


def test_it_serves_signs_and_ends_cleanly(made: Made, tmp_path: Path) -> None:
    checkpoint = made.releases / "checkpoint"
    before = checkpoint.read_bytes()
    with (
        redis_server(tmp_path) as redis,
        serving(made, redis.url) as (port, process),
    ):
        evaluator = f"http://127.0.0.1:{port + 1}"
        token = {"Breachdesk-Token": fetch_token(evaluator)}
        statuses = [evaluate(evaluator, token) for _ in range(4)]
        assert statuses == [200, 403, 403, 403]  # whichever process it is that answers
        assert (made.releases.parent / "state").stat().st_mode & 0o777 == 0o700
        assert "breachdesk_evaluations_total" in httpx.get(f"{evaluator}/metrics").text

        until(lambda: checkpoint.read_bytes() != before)
        assert parse_note(checkpoint.read_bytes()).body == parse_note(before).body
        assert httpx.get(f"{evaluator}/v1/checkpoint").content == checkpoint.read_bytes()

        made.publish()
        assert httpx.get(f"{evaluator}/v1/releases/000002/entry.json").status_code == 200

        pages = json.loads(httpx.get(f"http://127.0.0.1:{port}/").text)
        assert json.loads(pages["BREACHDESK_SERVICE"])["buckets"] == evaluator
        assert pages["BREACHDESK_CHECK_HEALTH"] == f"{evaluator}/healthz"
        assert str(made.keys) not in json.dumps(pages)
        assert "AWS_SECRET_ACCESS_KEY" not in pages

        tree = children(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert gone(tree)


def test_a_dead_child_is_started_again(made: Made) -> None:
    with serving(made) as (port, process):
        health = f"http://127.0.0.1:{port + 1}/healthz"
        for child in psutil.Process(process.pid).children():
            if any("_check" in part for part in child.cmdline()):
                child.kill()

        def answers() -> bool:
            try:
                return httpx.get(health, timeout=2).status_code == 200
            except httpx.HTTPError:
                return False

        until(answers, 60)
        assert process.poll() is None


def test_no_process_outlives_a_killed_supervisor(made: Made) -> None:
    with serving(made) as (_, process):
        tree = children(process)
        assert len(tree) >= 4
        process.kill()
        process.wait(30)
        until(lambda: gone(tree))


@pytest.mark.parametrize("second", [False, True])
def test_a_port_in_use_is_said_before_anything_starts(made: Made, second: bool) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + second))
        taken.listen()
        found = run_to_the_end(command(made, port))
    assert found.returncode == 1
    assert f"port {port + second} cannot be used" in found.stderr
    assert ("--evaluator-port" if second else "--port") in found.stderr
    assert "Traceback" not in found.stderr


def test_a_child_that_cannot_start_ends_everything_and_is_named(made: Made) -> None:
    found = run_to_the_end(command(made, free_port(), "", "breachdesk.serving:missing"))
    assert found.returncode == 1
    assert "the pages process ended" in found.stderr


def test_a_key_open_to_others_is_said_by_its_file(made: Made) -> None:
    (made.keys / "oprf-open.key").chmod(0o644)
    found = run_to_the_end(command(made, free_port()))
    assert found.returncode == 1
    assert "oprf-open.key" in found.stderr
    assert "the check process ended" in found.stderr
