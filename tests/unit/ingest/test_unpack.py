"""Archives: bombs, passwords, archives in archives; and nothing of them on disk or on screen."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.ingest import _bounds
from breachdesk.ingest._open import expand, open_path
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._source import Reading, Source
from breachdesk.ingest.errors import SourceError
from tests.messy.packed import PASSWORD, locked_zip, seven, xlsx, zipped
from tests.messy.people import HEADER, people
from tests.messy.texts import text

CSV = text(people()).encode()


def opened(path: Path, passwords: Passwords | None = None) -> list[Source]:
    return open_path(path, lambda _: Reading(), passwords or Passwords())


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(path: Path, passwords: Passwords | None) -> None:
    for source in opened(path, passwords):
        list(source.batches())


def fails(path: Path, passwords: Passwords | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(path, passwords)
    assert PASSWORD not in str(caught.value)
    return caught.value


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bombs of a few MiB are as good as those of many GiB."""
    monkeypatch.setattr(_bounds, "FREE", 1 << 20)


def zeros() -> bytes:
    return CSV + (CSV[CSV.index(b"\n") + 1 :] * 40_000)


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize("kind", ["gz", "zip", "7z", "xlsx"])
def test_a_bomb(tmp_path: Path, kind: str) -> None:
    data = zeros()
    if kind == "xlsx":
        book = io.BytesIO(xlsx([("명단", [HEADER, *people()])]))
        with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/x.bin", b"\0" * (8 << 20))
        packed = book.getvalue()
    else:
        make = {
            "gz": lambda d: gzip.compress(gzip.compress(d)),
            "7z": lambda d: seven({"a.csv": d}),
        }
        packed = make.get(kind, lambda d: zipped({"a.csv": b"\0" * len(d)}))(data)
    assert fails(written(tmp_path, f"leak.{kind}", packed)).kind == "bomb"


@pytest.mark.usefixtures("small_bounds")
def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    data = zipped({"a.csv": zeros()})
    honest = len(zeros()).to_bytes(4, "little")
    lying = data.replace(honest, (4096).to_bytes(4, "little"))
    assert fails(written(tmp_path, "leak.zip", lying)).kind in {"bomb", "damaged"}


def test_archives_in_archives_without_end(tmp_path: Path) -> None:
    data = CSV
    for _ in range(5):
        data = zipped({"inner.zip": data})
    assert fails(written(tmp_path, "leak.zip", data)).kind == "bomb"


@pytest.mark.parametrize("kind", ["zip", "7z"])
def test_passwords(tmp_path: Path, kind: str) -> None:
    data = locked_zip({"a.csv": CSV}) if kind == "zip" else seven({"a.csv": CSV}, PASSWORD)
    path = written(tmp_path, f"leak.{kind}", data)
    assert fails(path).kind == "password"
    assert fails(path, Passwords(["wrong"])).kind == "password"
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return "wrong" if len(asked) == 1 else PASSWORD

    known = Passwords(ask=ask)
    (source,) = opened(path, known)
    assert source.header == HEADER
    assert len(asked) == 2
    assert opened(path, known)
    assert len(asked) == 2
    assert PASSWORD not in repr(known)


def test_passwords_come_from_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "passwords", f"wrong\n{PASSWORD}\n".encode("utf-8-sig"))
    (source,) = opened(
        written(tmp_path, "leak.zip", locked_zip({"a.csv": CSV})), Passwords.read(path)
    )
    assert sum(batch.frame.height for batch in source.batches()) == len(people())
    with pytest.raises(SourceError, match="passwords"):
        Passwords.read(tmp_path / "none")


def test_unpacking_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = tmp_path / "away"
    away.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(away))
    monkeypatch.setattr("tempfile.tempdir", str(away))
    monkeypatch.chdir(away)
    sheet = xlsx([("명단", [HEADER, *people()])])
    for name, data in (
        ("a.zip", locked_zip({"a.csv": CSV, "b.xlsx": sheet})),
        ("a.7z", seven({"a.csv": CSV, "b.xlsx": sheet}, PASSWORD)),
        ("b.xlsx", sheet),
    ):
        for source in opened(written(tmp_path, name, data), Passwords([PASSWORD])):
            for batch in source.batches():
                assert batch.frame.height == len(people())
                assert not list(away.iterdir())


def test_a_reading_that_is_left_early_ends_its_thread(tmp_path: Path) -> None:
    (source,) = opened(written(tmp_path, "a.7z", seven({"a.csv": zeros()})))
    batches = source.batches(10)
    assert next(batches).frame.height == 10
    assert isinstance(batches, Iterator)
    batches.close()  # type: ignore[attr-defined]


def test_folders_and_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "leak"
    (folder / "deep").mkdir(parents=True)
    for name in ("b.csv", "a.csv", "deep/c.csv", ".DS_Store", "~$book.xlsx"):
        written(folder, name, CSV)
    assert [p.name for p in expand([folder])] == ["a.csv", "b.csv", "c.csv"]
    assert [p.name for p in expand([folder / "*.csv"])] == ["a.csv", "b.csv"]
    monkeypatch.chdir(tmp_path)
    assert [p.name for p in expand([Path("leak/**/*.csv")])] == ["a.csv", "b.csv", "c.csv"]
    assert expand([Path("none.csv")]) == [Path("none.csv")]
    for nothing in (tmp_path / "x*.csv", folder / "empty"):
        (folder / "empty").mkdir(exist_ok=True)
        with pytest.raises(SourceError, match="names no file"):
            expand([nothing])


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "leak.csv", CSV)
    (source,) = opened(path)
    path.write_bytes(CSV + CSV)
    with pytest.raises(SourceError) as caught:
        list(source.batches())
    assert caught.value.kind == "changed"
