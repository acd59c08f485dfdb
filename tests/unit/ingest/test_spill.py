"""Encrypted partition files."""

from pathlib import Path

import pytest

from breachdesk.ingest import BuildError
from breachdesk.ingest._spill import SpillKey, SpillWriter, read_spill

KEY = SpillKey(bytes(range(32)), bytes(16))
CHUNKS = [b"first chunk", b"", b"third chunk" * 9000]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    writer = SpillWriter(tmp_path, KEY)
    for chunk in CHUNKS:
        writer.append("rows-0001", chunk)
    return tmp_path / "rows-0001"


def test_chunks_come_back_in_order(file: Path) -> None:
    assert list(read_spill(file, KEY)) == CHUNKS


def test_a_file_that_nobody_wrote_has_no_chunks(tmp_path: Path) -> None:
    assert list(read_spill(tmp_path / "none", KEY)) == []


def test_nothing_is_plain_and_only_the_owner_may_read(file: Path) -> None:
    assert b"chunk" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_equal_chunks_are_sealed_differently(tmp_path: Path) -> None:
    writer = SpillWriter(tmp_path, KEY)
    for name in ("a", "a", "b"):
        writer.append(name, b"same")
    a, b = (tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()
    assert len({a[:24], a[24:], b}) == 3


@pytest.mark.parametrize("position", [0, 3, 4, 20, -1])
def test_a_changed_byte_is_found(file: Path, position: int) -> None:
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)
    with pytest.raises(BuildError) as caught:
        list(read_spill(file, KEY))
    assert caught.value.kind == "spill"


@pytest.mark.parametrize("length", [2, 4, 10, -1])
def test_a_cut_file_is_found(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(BuildError):
        list(read_spill(file, KEY))


def test_another_name_or_build_does_not_open(file: Path) -> None:
    moved = file.rename(file.with_name("rows-0002"))
    with pytest.raises(BuildError):
        list(read_spill(moved, KEY))
    with pytest.raises(BuildError):
        list(read_spill(moved.rename(file), SpillKey(KEY.secret, b"1" * 16)))


def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    writer = SpillWriter(tmp_path, KEY)
    writer.append("a", b"one")
    writer.append("a", b"two")
    data = (tmp_path / "a").read_bytes()
    half = len(data) // 2
    (tmp_path / "a").write_bytes(data[half:] + data[:half])
    with pytest.raises(BuildError):
        list(read_spill(tmp_path / "a", KEY))


def test_the_key_has_no_repr() -> None:
    assert repr(KEY.secret)[2:10] not in repr(KEY)
