"""Parts and sealed files: there whole or not at all, and never two texts under one key."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.ingest import BuildError
from breachdesk.ingest._parts import SEGMENTS, read_outputs, read_people, write_part
from breachdesk.ingest._sealed_file import put_in_place, read_sealed, write_sealed

SECRET = bytes(range(32))


def segments(*records: bytes) -> list[bytes]:
    return [b"".join(one for one in records if one[0] == byte) for byte in range(SEGMENTS)]


OUTPUTS = segments(b"\x00first" * 17, b"\x00second" * 9, b"\xffthird" * 8)
PEOPLE = segments(b"\x07person" * 4)


def read_all(path: Path) -> None:
    for byte in (0, 255):
        read_outputs(path, SECRET, byte)
    read_people(path, SECRET, 7)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "part-0001"
    write_part(path, SECRET, OUTPUTS, PEOPLE)
    return path


def test_segments_come_back(part: Path) -> None:
    for byte in (0, 1, 255):
        assert read_outputs(part, SECRET, byte) == OUTPUTS[byte]
    assert read_people(part, SECRET, 7) == b"\x07person" * 4
    assert read_people(part, SECRET, 8) == b""


def test_nothing_is_plain_and_only_the_owner_may_read(part: Path) -> None:
    assert b"first" not in part.read_bytes()
    assert part.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in part.parent.iterdir()] == [part.name]


@pytest.mark.parametrize("position", [0, 40, -1, -2100])
def test_a_changed_byte_is_found(part: Path, position: int) -> None:
    data = bytearray(part.read_bytes())
    data[position] ^= 1
    part.write_bytes(data)
    with pytest.raises(BuildError) as caught:
        read_all(part)
    assert caught.value.kind == "sealed-file"


@pytest.mark.parametrize("length", [0, 10, 100, -1])
def test_a_cut_file_is_found(part: Path, length: int) -> None:
    part.write_bytes(part.read_bytes()[:length])
    with pytest.raises(BuildError):
        read_outputs(part, SECRET, 0)


def test_another_name_or_secret_does_not_open(part: Path) -> None:
    with pytest.raises(BuildError):
        read_outputs(part, bytes(32), 0)
    with pytest.raises(BuildError):
        read_outputs(part.rename(part.with_name("part-0002")), SECRET, 0)


def test_a_file_that_is_written_again_has_another_key(tmp_path: Path) -> None:
    written = []
    for content in (b"one text of these", b"another text here"):
        write_sealed(tmp_path / "set", SECRET, content)
        written.append((tmp_path / "set").read_bytes())
        assert read_sealed(tmp_path / "set", SECRET) == content
    one, two = (data[32:-16] for data in written)
    mixed = bytes(a ^ b for a, b in zip(one, two, strict=True))
    plain = bytes(a ^ b for a, b in zip(b"one text of these", b"another text here", strict=True))
    assert mixed != plain


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "set"
    write_sealed(path, SECRET, b"old")

    def pieces() -> Iterator[bytes]:
        yield os.urandom(10)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        put_in_place(path, pieces())
    assert read_sealed(path, SECRET) == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["set"]
