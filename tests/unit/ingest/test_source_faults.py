"""A source that changes, goes, or cannot be read to its end: each has an error of its own."""

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from breachdesk.incident import Incident, load
from breachdesk.ingest import BuildError, BuildRequest, SourceError, silent
from breachdesk.ingest._intake import Prepared, prepare, take_in
from breachdesk.ingest._open import open_path
from breachdesk.ingest._rejects_file import sealed_rejects
from breachdesk.ingest._rejects_head import FORMAT, RejectsHead
from breachdesk.ingest._source import Reading
from breachdesk.keys import create
from tests.factories.leaks import INCIDENT, csv_text, people

ROWS = 400


class Nowhere:
    """Takes rows and forgets them."""

    def add(self, rows: object) -> int:
        return 0 if rows is not None else 1


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "leak.csv"
    path.write_text(csv_text(people(ROWS)), "utf-8")
    (tmp_path / "incident.toml").write_text(INCIDENT, "utf-8")
    return path


@pytest.fixture
def prepared(source: Path, small: Incident) -> list[Prepared]:
    folder = source.parent
    request = BuildRequest(folder / "incident.toml", (source,), folder / "keys", folder / "out")
    return prepare(request, small)


@pytest.fixture
def small(source: Path) -> Incident:
    return load(source.parent / "incident.toml")


def kind_of(prepared: list[Prepared]) -> str:
    with pytest.raises(SourceError) as caught:
        take_in(prepared, Nowhere(), silent)
    assert "박" not in str(caught.value)
    assert "leak.csv" in str(caught.value)
    return caught.value.kind


def grown(path: Path) -> None:
    with path.open("a") as file:
        file.write("x")


def shorter(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.rename(path)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("change", [grown, shorter, replaced, touched])
def test_a_source_that_changed(
    prepared: list[Prepared], source: Path, change: Callable[[Path], None]
) -> None:
    change(source)
    assert kind_of(prepared) == "changed"


def test_a_source_that_is_gone(prepared: list[Prepared], source: Path) -> None:
    source.unlink()
    assert kind_of(prepared) == "vanished"


def test_a_source_that_goes_while_it_is_read_is_read_to_its_end(
    prepared: list[Prepared], source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = os.read

    def gone(descriptor: int, size: int) -> bytes:
        source.unlink(missing_ok=True)
        return read(descriptor, size)

    monkeypatch.setattr(os, "read", gone)
    assert take_in(prepared, Nowhere(), silent).rows == ROWS


def test_a_disk_that_does_not_give_the_rest(
    prepared: list[Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, calls = os.read, []

    def failing(descriptor: int, size: int) -> bytes:
        calls.append(size)
        if len(calls) > 1:
            raise OSError(errno.EIO, "Input/output error")
        return read(descriptor, min(size, 5000))

    monkeypatch.setattr(os, "read", failing)
    with pytest.raises(SourceError, match=r"beyond byte [1-9]") as caught:
        take_in(prepared, Nowhere(), silent)
    assert caught.value.kind == "unreadable"
    assert "breaks_off" in caught.value.fix


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux")
def test_a_file_of_the_system_that_gives_an_error() -> None:
    with pytest.raises(SourceError, match="beyond byte 0") as caught:
        open_path(Path("/proc/self/mem"), lambda _: Reading())
    assert caught.value.kind == "unreadable"


def test_a_full_disk_under_the_file_of_rejected_rows(tmp_path: Path) -> None:
    public = create(tmp_path / "keys", origin="breachdesk.invalid/test").public.rejects
    assert public is not None
    head = RejectsHead(FORMAT, 1, "00", "leak", ())
    path = tmp_path / "rejects" / "1.sealed"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        lines = (b"x" * 50_000 for _ in range(10))
        with pytest.raises(BuildError) as caught, sealed_rejects(path, public, head, lines):
            raise AssertionError
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.kind == "disk"
    assert "rejected rows" in caught.value.message
    assert not list(path.parent.iterdir())
