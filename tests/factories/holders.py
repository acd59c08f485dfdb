"""Two holders as real processes: split keys, a build, `serve` with one share, `evaluator` with the
other.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from breachdesk.keys import SplitRequest, split
from tests.factories.leaks import Desk
from tests.factories.ports import free_port
from tests.factories.served import wait_for

SECONDS = 90


@dataclass(frozen=True)
class Split:
    """A desk whose whole keys are in `keys`, and their shares beside them."""

    desk: Desk

    @property
    def whole(self) -> Path:
        return self.desk.folder / "keys"

    @property
    def builder(self) -> Path:
        return self.desk.folder / "builder"

    @property
    def holder(self) -> Path:
        return self.desk.folder / "holder"


def make_split(folder: Path, *, keep_whole: bool = True, incident: str | None = None) -> Split:
    """New keys, shared between two folders."""
    desk = Desk.make(folder) if incident is None else Desk.make(folder, incident)
    made = Split(desk)
    split(SplitRequest(made.whole, made.builder, made.holder, keep_whole=keep_whole))
    return made


def command(*arguments: str | Path) -> list[str]:
    """`breachdesk …` with this interpreter."""
    main = "from breachdesk.cli import main; main()"
    return [sys.executable, "-c", main, *map(str, arguments)]


def run_command(*arguments: str | Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """Run it to its end."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=SECONDS,
        input=stdin,
    )  # fmt: skip


@contextmanager
def running(
    *arguments: str | Path, health: str, log: Path | None = None, **variables: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that serves, once GET of `health` (host:port) answers; ended afterwards."""
    with TemporaryDirectory() as folder:
        said = log or Path(folder, "said.log")
        with said.open("wb") as out:
            process = subprocess.Popen(
                command(*arguments),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **variables},
            )
        try:
            _wait(process, health, said)
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def running_evaluator(
    keys: Path, *more: str | Path, log: Path | None = None, **variables: str
) -> Iterator[str]:
    """`breachdesk evaluator` with a share: its address."""
    port = free_port()
    with running(
        "evaluator", "--keys", keys, "--port", str(port), *more,
        health=f"127.0.0.1:{port}", log=log, **variables,
    ):  # fmt: skip
        yield f"http://127.0.0.1:{port}"


def _wait(process: "subprocess.Popen[bytes]", health: str, log: Path) -> None:
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            said = log.read_text("utf-8", "replace")
            raise AssertionError(f"ended with {process.returncode}: {said}")
        try:
            wait_for(health, seconds=1)
        except AssertionError:
            continue
        return
    raise AssertionError("not ready")
