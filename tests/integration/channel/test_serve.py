"""`breachdesk serve --channel`: all processes under one supervisor."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from tests.factories.channel import PHONE, make_channel
from tests.factories.ports import free_port
from tests.factories.sent_codes import code_in
from tests.factories.served import make_service, wait_for
from tests.factories.work import solve


def test_serve_starts_service_and_sender_and_starts_them_again(tmp_path: Path) -> None:
    (tmp_path / "channel").mkdir()
    (tmp_path / "service").mkdir()
    channel, service = make_channel(tmp_path / "channel"), make_service(tmp_path / "service")
    port = free_port()
    options = ["--releases", str(service.releases), "--keys", str(service.keys)]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from breachdesk.cli import main; main()",
            "serve",
            *options,
            "--channel",
            str(channel.config),
            "--port",
            str(port),
        ]
    )
    try:
        wait_for(f"127.0.0.1:{port}", seconds=120)
        url = httpx.get(f"http://127.0.0.1:{port}/v1/service").json()["channel"]["url"]
        assert url == f"http://127.0.0.1:{port + 2}"
        header = solve(httpx.get(url + "/v1/challenge/channel/1").content).decode()
        body = {"type": "phone", "address": PHONE, "language": "ko"}
        asked = httpx.post(url + "/v1/channel/ask", json=body, headers={"Breachdesk-Token": header})
        assert asked.status_code == 202
        child(process.pid, "breachdesk.serving._channel").send_signal(signal.SIGKILL)
        code = code_in(json.loads(first_file(channel.spool).read_bytes())["text"])
        wait_for(f"127.0.0.1:{port}")
        body = {"type": "phone", "address": PHONE, "ticket": asked.json()["ticket"], "code": code}
        assert len(until_answered(url + "/v1/channel/token", body).content) == 96
        for module in ("_channel", "_sender"):
            environment = child(process.pid, f"breachdesk.serving.{module}").environ()
            assert str(service.releases) not in json.dumps(environment)
            assert str(service.keys) in json.dumps(environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert (channel.folder / "channel.sqlite3").stat().st_mode & 0o777 == 0o600


def child(pid: int, module: str) -> psutil.Process:
    """The supervisor's child that runs a module."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        for one in psutil.Process(pid).children():
            if module in one.cmdline():
                return one
        time.sleep(0.2)
    raise AssertionError(f"{module} does not run")


def first_file(folder: Path) -> Path:
    """The message, once it was sent."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        for file in folder.glob("*.json"):
            return file
        time.sleep(0.1)
    raise AssertionError("nothing was sent")


def until_answered(url: str, body: dict[str, str]) -> httpx.Response:
    """A killed service is started again; its socket is held open meanwhile."""
    found = httpx.post(url, json=body, timeout=30)
    assert found.status_code == 200
    return found
