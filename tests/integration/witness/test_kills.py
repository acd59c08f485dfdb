"""A witness that is killed at any moment never signs two histories, and never goes back."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx
import pytest

from breachdesk.keys import create_witness
from breachdesk.release import VKey, cosigned_at
from breachdesk.wire import AddCheckpoint
from breachdesk.witness import LogFolder
from tests.factories.ports import free_port
from tests.factories.releases import ORIGIN
from tests.factories.static_host import static_host
from tests.factories.witnessing import (
    LOG,
    WITNESS,
    command,
    files_of,
    leaves_of,
    post,
    signed_root,
    submission,
    until_answers,
)

ROOT = Path(__file__).parents[3]
KILLS = 8
MOST = 400
FORK = 3


class Pusher(threading.Thread):
    """Brings a branch to the witness, again and again, whatever size it says it has.

    `signed` has what was cosigned, in the order in which the answers came.
    """

    def __init__(self, url: str, branch: str | None, key: VKey, stop: threading.Event) -> None:
        super().__init__()
        self.url, self.key, self.stop = url, key, stop
        self.fork = None if branch is None else FORK
        self.branch = branch or "a"
        self.signed: list[tuple[int, bytes, float]] = []
        self.refused = 0
        self.size = FORK

    def run(self) -> None:
        old = 0
        while not self.stop.is_set():
            leaves = leaves_of(self.size, self.fork, self.branch)
            body = submission(leaves, min(old, self.size))
            try:
                found = post(self.url, body)
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            if found.status_code == 200:
                assert cosigned_at(AddCheckpoint.decode(body).note + found.content, self.key)
                self.signed.append((*signed_root(body), time.monotonic()))
                old, self.size = self.size, min(self.size + 1, MOST)
            else:
                self.refused += 1
                if found.headers["content-type"] == "text/x.tlog.size":
                    old = int(found.text)
                    self.size = max(self.size, min(old + 1, MOST))


def test_two_branches_and_a_witness_that_is_killed_over_and_over(tmp_path: Path) -> None:
    """Both operators' sides of a fork push for as long as the witness is killed and started."""
    folder = tmp_path / "witness"
    key = VKey.parse(create_witness(folder, name=WITNESS).vkey)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    dice = random.Random(2014)
    stop = threading.Event()
    with static_host() as host:
        host.files = files_of(leaves_of(1))
        words = ("--log", LOG.vkey.text, "--follow", host.url, "--listen", f"127.0.0.1:{port}")
        start = command("witness", "run", folder, *words, "--every", "3600")
        pushers = [Pusher(url, branch, key, stop) for branch in (None, "b")]
        for one in pushers:
            one.start()
        try:
            for _ in range(KILLS):
                process = subprocess.Popen(start, stderr=subprocess.DEVNULL)
                until_answers(url)
                time.sleep(dice.uniform(0.0, 0.4))
                process.send_signal(signal.SIGKILL)
                process.wait(10)
        finally:
            stop.set()
            for one in pushers:
                one.join(20)
    roots = defaultdict(set)
    for one in pushers:
        for size, root, _ in one.signed:
            roots[size].add(root)
        sizes = [size for size, _, _ in one.signed]
        assert sizes == sorted(sizes)
    assert {size: len(found) for size, found in roots.items() if len(found) > 1} == {}
    assert sum(len(one.signed) for one in pushers) > KILLS
    assert sum(one.refused for one in pushers) > 0
    with LogFolder.opened(folder, ORIGIN) as state:
        assert state.kept.checkpoint.size >= max(roots)


def take(folder: Path, body: bytes, step: str) -> "subprocess.CompletedProcess[bytes]":
    program = [sys.executable, "-m", "tests.factories.killed_witness", str(folder), step]
    return subprocess.run(program, input=body, capture_output=True, cwd=ROOT, check=False)


@pytest.mark.parametrize("step", ["kept", "signed", "written"])
def test_killed_at_each_step_the_other_branch_is_never_signed(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "witness"
    key = VKey.parse(create_witness(folder, name=WITNESS).vkey)
    first = take(folder, submission(leaves_of(4), 0), step)
    assert (first.returncode, first.stdout) == (-signal.SIGKILL, b"")
    other = take(folder, submission(leaves_of(4, 2), 0), "none")
    assert other.stderr.decode().startswith("409")
    assert (other.returncode, other.stdout) == (1, b"")
    again = take(folder, submission(leaves_of(4), 4), "none")
    note = AddCheckpoint.decode(submission(leaves_of(4), 4)).note
    assert cosigned_at(note + again.stdout, key) is not None
