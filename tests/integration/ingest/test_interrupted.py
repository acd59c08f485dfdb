"""Builds that were interrupted go on where they were, or say why not."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.ingest import BuildError, BuildReport, BuildRequest, SourceError, build
from breachdesk.ingest._interrupted import Work
from breachdesk.release import Store
from tests.factories.leaks import KIM, LEE, Desk, people, tree

REJECTED = [
    ("서문누락", "", "010-7171-7272", ""),
    ("남궁무효", "910102-1717171", "12", ""),
    ("제갈없음", "", "", ""),
]
ROOT = Path(__file__).parents[3]


class Interruption(Exception):  # noqa: N818 (as if the process had ended here)
    """Nothing of a build catches this."""


def published(desk: Desk, releases: str = "releases") -> dict[str, bytes]:
    return {
        name: data
        for name, data in tree(desk.folder / releases).items()
        if not name.startswith(".")
    }


def interrupt(request: BuildRequest, stage: str = "evaluate", times: int = 3) -> None:
    """Run a build up to the n-th time that it tells of a stage."""
    told = 0

    def progress(name: str, _done: int, _total: int | None, _unit: str) -> None:
        nonlocal told
        told += name == stage
        if told == times:
            raise Interruption

    with pytest.raises(Interruption):
        build(request, progress)


@pytest.mark.timeout(900)  # some ten builds, each with a process to start
@pytest.mark.parametrize("seed", [2, 11, 12, 20])
def test_five_random_moments_end_in_the_same_bytes(desk: Desk, seed: int) -> None:
    """Twenty in all, in tests that can run beside each other; at none is a source left in plain."""
    desk.source([*people(400), *REJECTED])
    command = [sys.executable, "-m", "tests.factories.interrupted_build", str(desk.folder)]
    path = os.pathsep.join((os.fspath(ROOT / "src"), os.fspath(ROOT)))
    run = subprocess.run(
        [*command, "--kills", "5", "--seed", str(seed)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert sum(found["killed"].values()) == 5
    assert found["finished"] >= 1
    assert found["files_searched"] >= 20


def test_what_is_evaluated_is_not_evaluated_again(desk: Desk) -> None:
    request = desk.request(desk.source(people(60)))
    interrupt(request)
    sets = desk.folder / "releases-ledger" / "epoch-1" / "sets"
    done = {path: path.stat().st_mtime_ns for path in sets.rglob("part-*")}
    finished = len(list((desk.folder / "releases" / ".building").glob("done-*")))
    assert 3 <= finished < 8
    report = build(request)
    again = {path: path.stat().st_mtime_ns for path in sets.rglob("part-*")}
    assert len(again) == 8
    assert sum(again.get(path) == written for path, written in done.items()) >= finished
    assert (report.rows_read, report.evaluations) == (60, 120)
    build(desk.request(desk.folder / "leak.csv", releases="undisturbed"))
    assert published(desk) == published(desk, "undisturbed")


def test_a_source_that_is_gone_is_not_needed_once_it_was_read(desk: Desk) -> None:
    source = desk.source(people(30))
    build(desk.request(source, releases="undisturbed"))
    interrupt(desk.request(source))
    source.unlink()
    build(desk.request(source))
    assert published(desk) == published(desk, "undisturbed")


def test_a_source_that_is_gone_before_it_was_read_is_an_error(desk: Desk) -> None:
    request = desk.request(desk.source(people(30)))
    interrupt(request, "read", 1)
    assert not (desk.folder / "releases" / ".building").exists()
    request.sources[0].unlink()
    with pytest.raises(SourceError):
        build(request)
    assert Store(desk.folder / "releases").current() is None


def test_a_source_that_changed_is_refused_until_it_is_back(desk: Desk) -> None:
    request = desk.request(desk.source(people(30)))
    interrupt(request)
    source = request.sources[0]
    shutil.copy(source, desk.folder / "kept")
    desk.source([*people(29), LEE])
    with pytest.raises(BuildError, match="--restart") as caught:
        build(request)
    assert caught.value.kind == "source-changed"
    assert "leak.csv" in str(caught.value)
    shutil.copy(desk.folder / "kept", source)
    assert build(request).rows_indexed == 30


def another(desk: Desk, request: BuildRequest, what: str) -> BuildRequest:
    """A build that differs in one thing."""
    if what == "source":
        return desk.request(desk.source([KIM], "other.csv"))
    if what == "encoding":
        return replace(request, encoding="utf-8")
    if what == "no-ledger":
        return replace(request, keep_ledger=False)
    return replace(request, ledger=desk.folder / "elsewhere")


@pytest.mark.parametrize("what", ["source", "encoding", "no-ledger", "ledger"])
def test_another_build_is_never_mixed_with_it(desk: Desk, what: str) -> None:
    request = desk.request(desk.source(people(30)))
    interrupt(request)
    kept = tree(desk.folder / "releases" / ".building")
    second = another(desk, request, what)
    with pytest.raises(BuildError, match="--restart") as caught:
        build(second)
    assert caught.value.kind == "interrupted"
    assert tree(desk.folder / "releases" / ".building") == kept
    report = build(replace(second, restart=True))
    assert report.release == 1
    assert not (desk.folder / "releases" / ".building").exists()


def test_what_was_published_is_not_published_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = desk.request(desk.source(people(30)))

    def die(_: Work) -> None:
        raise Interruption

    with monkeypatch.context() as patch:
        patch.setattr(Work, "finish", die)
        with pytest.raises(Interruption):
            build(request)
    before = published(desk)
    told: list[str] = []
    report = build(request, lambda stage, *_: told.append(stage))
    assert isinstance(report, BuildReport)
    assert (report.release, report.rows_indexed, told) == (1, 30, [])
    assert published(desk) == before
    assert not (desk.folder / "releases" / ".building").exists()


def test_a_killed_amendment_goes_on(desk: Desk) -> None:
    one, two = desk.source(people(30), "one.csv"), desk.source(people(20, start=25), "two.csv")
    for releases in ("undisturbed", "releases"):
        build(desk.request(one, releases=releases))
    build(desk.request(two, releases="undisturbed", amend="add"))
    request = desk.request(two, amend="add")
    interrupt(request)
    interrupt(request, "seal", 1)
    build(request)
    assert published(desk) == published(desk, "undisturbed")


def test_what_an_interrupted_build_leaves_is_sealed(desk: Desk) -> None:
    rows = people(30)
    interrupt(desk.request(desk.source(rows)))
    files = tree(desk.folder / "releases" / ".building")
    assert {name.split("-")[0] for name in files} == {"rows", "done", "journal"}
    said = [cell.encode() for row in rows for cell in row if len(cell) > 6]
    everything = b"\0".join(files.values())
    assert not [one for one in said if one in everything]
    assert b"leak.csv" not in everything
