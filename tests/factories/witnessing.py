"""Logs that grow and fork, and what is brought to a witness of them."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from breachdesk.release import (
    Checkpoint,
    consistency_proof,
    entry_hash,
    log_root,
    parse_note,
    sign_checkpoint,
)
from breachdesk.wire import AddCheckpoint, leaves_path
from tests.factories.releases import ORIGIN, FixedSigner, Service
from tests.factories.served import wait_for

LOG = Service().log
WITNESS = "witness.example.net/w1"


def leaves_of(size: int, fork_at: int | None = None, branch: str = "b") -> list[bytes]:
    """Leaf hashes of a log; from entry `fork_at` on they are another branch's."""
    return [
        entry_hash(f"{branch if fork_at is not None and i >= fork_at else 'a'}{i}".encode())
        for i in range(size)
    ]


def note_of(leaves: Sequence[bytes], log: FixedSigner = LOG, origin: str = ORIGIN) -> bytes:
    """The checkpoint with the log's signature only."""
    checkpoint = Checkpoint(origin, len(leaves), log_root(leaves))
    return sign_checkpoint(checkpoint, FixedSigner(origin, log.label, log.kind))


def submission(leaves: Sequence[bytes], old: int) -> bytes:
    """What the operator of this branch would bring to a witness that has `old` entries."""
    return AddCheckpoint(old, consistency_proof(leaves, old), note_of(leaves)).encode()


def files_of(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """What a host of this branch shows."""
    return {"checkpoint": note_of(leaves), leaves_path(len(leaves)): b"".join(leaves)}


def signed_root(body: bytes) -> tuple[int, bytes]:
    """Size and root that a submission is about."""
    lines = parse_note(AddCheckpoint.decode(body).note).body.split("\n")
    return int(lines[1]), lines[2].encode()


def command(*words: str | Path) -> list[str]:
    """`breachdesk …` as a process."""
    return [sys.executable, "-c", "from breachdesk.cli import main; main()", *map(str, words)]


@contextmanager
def running(
    *words: str | Path, health: str | None = None, output: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A `breachdesk` process until the block ends; with `health`, once that URL answers 200."""
    with (output or Path("/dev/null")).open("ab") as out:
        process = subprocess.Popen(command(*words), stdout=out, stderr=out)
    try:
        if health is not None:
            authority, _, path = health.removeprefix("http://").partition("/")
            wait_for(authority, f"/{path}")
        yield process
    finally:
        process.terminate()
        process.wait(30)


def post(url: str, body: bytes) -> httpx.Response:
    return httpx.post(f"{url}/add-checkpoint", content=body, timeout=10)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code in (200, 503)
    except httpx.HTTPError:
        return False


def until_answers(url: str, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not answers(url):
        assert time.monotonic() < give_up, "the witness did not start"
        time.sleep(0.05)
