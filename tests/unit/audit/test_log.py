"""The audit log: what is written holds, and anything else is found."""

import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from breachdesk.audit import AuditError, AuditLog, head_of, read, verify
from breachdesk.cli._app import app

EVENTS = ("keys.made", "keys.split", "keys.destroyed", "desk.token", "keys.rotated")


def written(path: Path, count: int = 5) -> list[bytes]:
    """A log of some records, and its lines."""
    log = AuditLog(path, clock=lambda: 1_700_000_000)
    for index in range(count):
        log.record(EVENTS[index % 5], "root", {"epoch": index, "key": f"k{index}"})
    return path.read_bytes().splitlines(keepends=True)


def head_path(path: Path) -> Path:
    return path.with_name(path.name + ".head")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = written(path)
    assert verify(path) == 5
    assert [json.loads(line)["n"] for line in lines] == [1, 2, 3, 4, 5]
    found = list(read(path))
    assert [one.event for one in found] == list(EVENTS)
    assert found[1].facts == {"epoch": 1, "key": "k1"}
    assert found[0].time == "2023-11-14T22:13:20Z"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(head_of(path)) == 64


def test_text_of_any_language_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    AuditLog(path).record("x", "김 담당", {"why": "번호 변경 – ok"})
    assert next(read(path)).facts["why"] == "번호 변경 – ok"


@given(st.data())
def test_any_changed_byte_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("audit") / "log"
    written(path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(AuditError) as caught:
        verify(path)
    # A changed line feed joins two lines, or leaves the last one open.
    assert caught.value.line == bytes(content)[:at].count(b"\n") + 1


@given(st.data())
def test_any_removed_reordered_or_repeated_line_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("audit") / "log"
    lines = written(path)
    order = data.draw(
        st.lists(st.integers(0, 4), max_size=8).filter(lambda found: found != [0, 1, 2, 3, 4])
    )
    path.write_bytes(b"".join(lines[index] for index in order))
    with pytest.raises(AuditError) as caught:
        verify(path)
    first_wrong = next((at for at, index in enumerate(order) if at != index), len(order))
    assert caught.value.line == first_wrong + 1
    if not order or order[-1] != 4:
        with pytest.raises(AuditError):
            AuditLog(path).record("x", "root", {})


def test_a_line_of_another_log_does_not_fit(tmp_path: Path) -> None:
    lines = written(tmp_path / "a")
    AuditLog(tmp_path / "b").record("x", "root", {})
    AuditLog(tmp_path / "b").record("y", "root", {})
    other = (tmp_path / "b").read_bytes().splitlines(keepends=True)
    (tmp_path / "a").write_bytes(lines[0] + other[1] + b"".join(lines[2:]))
    with pytest.raises(AuditError) as caught:
        verify(tmp_path / "a")
    assert caught.value.line == 2


@given(st.integers(1, 200))
def test_a_torn_last_line_is_found_and_repaired_with_a_record(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """What a kill in the middle of a write leaves: part of a line that the head does not know."""
    path = tmp_path_factory.mktemp("audit") / "log"
    written(path, 2)
    before, head = path.read_bytes(), head_path(path).read_bytes()
    AuditLog(path).record("third", "root", {})
    torn = path.read_bytes()[len(before) :][:cut]
    path.write_bytes(before + torn)
    head_path(path).write_bytes(head)
    with pytest.raises(AuditError) as caught:
        verify(path)
    assert caught.value.line == 3
    AuditLog(path).record("after", "root", {})
    assert verify(path) == 4
    repaired, after = list(read(path))[2:]
    assert (repaired.event, after.event) == ("audit.repaired", "after")
    assert repaired.facts["bytes"] == len(torn)


def test_a_head_one_record_behind_is_what_a_kill_leaves_and_two_is_not(tmp_path: Path) -> None:
    path = tmp_path / "log"
    written(path, 2)
    old = head_path(path).read_bytes()
    AuditLog(path).record("a", "root", {})
    one_behind = head_path(path).read_bytes()
    AuditLog(path).record("b", "root", {})
    head_path(path).write_bytes(one_behind)
    assert verify(path) == 4
    head_path(path).write_bytes(old)
    with pytest.raises(AuditError, match="head file is missing or old"):
        verify(path)
    with pytest.raises(AuditError):
        AuditLog(path).record("c", "root", {})
    head_path(path).unlink()
    with pytest.raises(AuditError):
        verify(path)
    head_path(path).write_bytes(b"nonsense")
    with pytest.raises(AuditError, match="damaged"):
        verify(path)


@pytest.mark.parametrize(
    ("event", "actor", "facts"),
    [
        ("Bad", "root", {}),
        ("", "root", {}),
        ("x", "", {}),
        ("x", "a\nb", {}),
        ("x", "root", {"a": "x" * 513}),
        ("x", "root", {"A": 1}),
        ("x", "root", {"a": True}),
        ("x", "root", {"a": 1 << 60}),
        ("x", "root", {"a": 1.5}),
        ("x", "root", {f"k{i}": 1 for i in range(17)}),
        ("x", "root", {"a": "\ud800"}),
    ],
)
def test_what_no_line_can_hold_writes_nothing(
    tmp_path: Path, event: str, actor: str, facts: dict[str, str | int]
) -> None:
    path = tmp_path / "log"
    written(path, 1)
    before = path.read_bytes()
    with pytest.raises(AuditError):
        AuditLog(path).record(event, actor, facts)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot be written"):
        AuditLog(tmp_path / "none" / "log").record("x", "root", {})
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(AuditError):
        AuditLog(tmp_path / "link").record("x", "root", {})
    with pytest.raises(AuditError, match="is not there"):
        verify(tmp_path / "none")


def test_a_deep_line_is_an_error_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"[" * 10_000 + b"\n")
    with pytest.raises(AuditError) as caught:
        verify(path)
    assert caught.value.line == 1


def _append(path: str, count: int) -> None:
    for index in range(count):
        AuditLog(Path(path)).record("one", f"p{os.getpid()}", {"i": index})


def test_processes_append_to_one_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append, args=(str(path), 20)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert verify(path) == 60


_WRITER = """
import sys
from pathlib import Path
from breachdesk.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
while True:
    log.record("again", "root", {"text": "x" * 400})
    print(flush=True)
"""


def test_a_killed_writer_leaves_a_log_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for wait in (0.0, 0.003, 0.007, 0.011, 0.02):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(wait)
            writer.send_signal(signal.SIGKILL)
        AuditLog(path).record("after", "root", {})
        verify(path)
    assert sum(one.event == "after" for one in read(path)) == 5


def test_the_command_says_how_many_and_where(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = written(path)
    runner = CliRunner()
    good = runner.invoke(app, ["audit", "verify", str(path), "--json"])
    assert json.loads(good.stdout) == {"whole": True, "records": 5, "head": head_of(path)}
    assert "All 5 records hold" in runner.invoke(app, ["audit", "verify", str(path)]).stdout
    path.write_bytes(b"".join([lines[0], *lines[2:]]))
    bad = runner.invoke(app, ["audit", "verify", str(path), "--json"])
    assert bad.exit_code == 3
    assert json.loads(bad.stdout)["line"] == 2
    assert "line 2" in bad.stderr
