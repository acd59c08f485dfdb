"""A leak, a release of it, and `breachdesk serve` on loopback, as an operator starts it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
RECORDS = 3000
#: Counters that a challenge has at rest here: a twenty-fifth of the default, so that the bench is
#: about the service and not about the speed of Python.
EFFORT = 2000
_COMMAND = [sys.executable, "-c", "from breachdesk.cli import main; main()"]


@dataclass(frozen=True)
class Target:
    """A running service, and who is truly in its leak."""

    pages: str
    evaluator: str
    channel: str
    people: list[dict[str, str]]
    log: Path
    process: int

    def metric(self, name: str) -> float:
        """The sum of a counter over its labels."""
        text = httpx.get(f"{self.evaluator}/metrics").text
        return sum(float(one) for one in re.findall(rf"^{name}{{[^}}]*}} (\S+)$", text, re.M))


def build(folder: Path) -> None:
    """Leak, keys and a release, with the sample incident: items only with a code."""
    leak, answers = folder / "leak.csv", folder / "people.jsonl"
    _run("synth", leak, "--records", RECORDS, "--encoding", "cp949", "--answers", answers)
    _run("keys", "new", folder / "keys")
    incident = ROOT / "examples/kt-2014/incident.toml"
    sources = ("--incident", incident, "--source", leak)
    _run("build", *sources, "--keys", folder / "keys", "--releases", folder / "releases")
    channel = folder / "channel"
    channel.mkdir()
    _run("channel", "init", channel / "channel.toml", "--spool", channel / "spool")


@contextmanager
def serve(folder: Path, name: str, *more: str | int) -> Iterator[Target]:
    """Until the end of the block; `name` is of its state and log."""
    port = _free_ports()
    log = folder / f"{name}.log"
    options = ["--releases", folder / "releases", "--keys", folder / "keys", "--port", port]
    options += ["--proxy", "127.0.0.1", "--state", folder / name, "--token-effort", EFFORT]
    options += ["--channel", folder / "channel" / "channel.toml", *more]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*_COMMAND, "serve", *map(str, options)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=_environment(),
        )
        try:
            _wait(process, port, log)
            urls = [f"http://127.0.0.1:{port + place}" for place in range(3)]
            yield Target(urls[0], urls[1], urls[2], _people(folder), log, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _people(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "people.jsonl").read_text("utf-8").splitlines()
    found: list[dict[str, Any]] = [json.loads(line) for line in lines]
    wanted = {"name", "birth_date", "phone"}
    people = [
        {name: one["fields"][name] for name in sorted(wanted)}
        for one in found
        if one["included"] and wanted <= one["fields"].keys()
    ]
    return [one for one in people if re.sub(r"\D", "", one["phone"]).startswith("010")]


def _run(*words: object) -> None:
    done = subprocess.run(
        [*_COMMAND, *map(str, words)], capture_output=True, text=True, env=_environment(),
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"the service did not start:\n{log.read_text('utf-8')}")


def _free_ports() -> int:
    """The first of three neighbours that nobody uses."""
    while True:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
        try:
            for place in (1, 2):
                with socket.socket() as next_one:
                    next_one.bind(("127.0.0.1", port + place))
        except OSError:
            continue
        return port
