"""Nothing of a source is anywhere but in the source: while a build runs, after it, after its end.

Looked at: the folders that it writes to, the folder for temporary files, shared memory, what its
processes have open, what it prints, logs and raises.
"""

import logging
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from breachdesk.ingest import BuildError, RejectsRequest, build, view_rejects
from tests.factories.leaks import HEADER, Desk, csv_text, people
from tests.factories.traces import below, files_of, spellings, traces
from tests.messy.packed import xlsx

ROOT = Path(__file__).parents[3]
SHARED = Path("/dev/shm")
PEOPLE = people(120, 7_000)
REJECTED = [
    ("서문누락", "", "010-7171-7272", ""),
    ("남궁무효", "910102-1717171", "12", ""),
    ("제갈많음", "910103-1717172", "010-7171-7373", "700000123", "넘치는칸하나"),
]
BROKEN = ("황보깨짐", "910104-1717173", "010-7171-7474", "700000124")


def source_in(desk: Desk) -> Path:
    """People, and rows of every reason for rejection."""
    text = csv_text([*PEOPLE, *REJECTED]).encode()
    path = desk.folder / "leak.csv"
    path.write_bytes(text + ",".join(BROKEN).encode("cp949") + b"\n")
    return path


CANARIES = spellings([*PEOPLE[:3], *REJECTED, BROKEN])


def places(desk: Desk, *more: Path) -> list[Path]:
    names = ("releases", "releases-ledger", "releases-rejects", "tmp")
    folders = [desk.folder / name for name in names]
    return [*below(*folders, *more), desk.folder / "keys" / "audit.jsonl"]


@pytest.fixture
def temporary(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = desk.folder / "tmp"
    folder.mkdir()
    for name in ("TMPDIR", "POLARS_TEMP_DIR"):
        monkeypatch.setenv(name, os.fspath(folder))
    return folder


def test_while_it_runs_and_after(
    desk: Desk,
    temporary: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    source, me = source_in(desk), psutil.Process()
    book = desk.folder / "book.xlsx"
    book.write_bytes(xlsx([("고객", [HEADER, *people(3, 9_000)])]))
    seen: set[str] = set()
    # What is there before: of other tests' servers and browsers, and much to look through.
    not_ours, others = [source, book, *below(SHARED)], set(me.children(recursive=True))

    def look(stage: str, _done: int, _total: int | None, _unit: str) -> None:
        found = [*places(desk, SHARED), *files_of(me, others)]
        assert traces(found, CANARIES, not_ours) == []
        seen.update(f"{stage} {path.name[:6]}" for path in found)
        for worker in me.children():
            if "spawn_main" in " ".join(worker.cmdline()):
                assert worker.rlimit(psutil.RLIMIT_CORE)[0] == 0
                seen.add("worker")

    report = build(desk.request(source, book, workers=2), look)
    look("after", 1, 1, "")
    assert sum(report.rejected.values()) == 4
    assert {
        "read rows-0",
        "read doubts",
        "evaluate part-0",
        "after entry.",
        "after 000001",
        "worker",
    } <= seen
    assert not list(temporary.iterdir())
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    view_rejects(RejectsRequest(Path(str(report.rejects)), desk.folder / "keys"), 9)
    said = capfd.readouterr()
    heard = (caplog.text + said.out + said.err + repr(report)).encode()
    assert not [canary for canary in CANARIES if canary in heard]
    assert traces([source], CANARIES, [])


def test_the_canaries_would_be_seen(desk: Desk) -> None:
    planted = desk.folder / "planted"
    for canary in sorted(CANARIES)[::40]:
        planted.write_bytes(b"\0\1" + canary + b"\2")
        assert traces([planted], CANARIES, []) == [str(planted)]
    handle = os.open(planted, os.O_RDONLY)
    planted.unlink()
    try:
        assert traces(files_of(psutil.Process()), CANARIES, [])
    finally:
        os.close(handle)


@pytest.mark.parametrize("stage", ["evaluate", "seal"])
def test_after_a_build_that_was_killed(desk: Desk, temporary: Path, stage: str) -> None:
    source = source_in(desk)
    command = [
        sys.executable,
        "-m",
        "tests.factories.faulty_build",
        str(desk.folder),
        stage,
        "kill",
    ]
    path = os.pathsep.join((os.fspath(ROOT / "src"), os.fspath(ROOT)))
    environment = os.environ | {"PYTHONPATH": path, "TMPDIR": os.fspath(temporary)}
    run = subprocess.run(command, check=False, capture_output=True, cwd=ROOT, env=environment)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert traces(places(desk, SHARED), CANARIES, [source]) == []
    assert not [canary for canary in CANARIES if canary in run.stdout + run.stderr]
    assert not list(desk.folder.glob("core*"))


@pytest.mark.parametrize("stage", ["read", "publish"])
def test_after_a_build_that_failed(desk: Desk, temporary: Path, stage: str) -> None:
    source = source_in(desk)

    def fail(name: str, _done: int, _total: int | None, _unit: str) -> None:
        if name == stage:
            raise BuildError("disk", "no", "room")

    with pytest.raises(BuildError):
        build(replace(desk.request(source), workers=1), fail)
    assert traces(places(desk, SHARED), CANARIES, [source]) == []
    assert not list(temporary.iterdir())
    assert not list(below(desk.folder / "releases-rejects"))
