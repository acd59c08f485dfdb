"""A witness's key folder: private, whole, and of one key."""

import stat
from pathlib import Path

import pytest

from breachdesk.keys import (
    WITNESS_FILE,
    InvalidParameter,
    KeyFolderExists,
    KeyFormat,
    KeyMissing,
    KeyPermissions,
    create_witness,
    open_witness,
)
from breachdesk.release import TIMESTAMP_TYPE, VKey

NAME = "witness.example.net/w1"


def test_the_key_opens_as_it_was_made_and_is_private(tmp_path: Path) -> None:
    made = create_witness(tmp_path / "w", name=NAME)
    found = open_witness(tmp_path / "w")
    assert found == made
    key = VKey.parse(found.vkey)
    assert (key.name, key.kind) == (NAME, TIMESTAMP_TYPE)
    key.verify(found.sign(b"data"), b"data")
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
    for name in ("witness.key", WITNESS_FILE):
        assert stat.S_IMODE((tmp_path / "w" / name).stat().st_mode) == 0o600
    assert create_witness(tmp_path / "other", name=NAME).public != made.public


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    create_witness(tmp_path / "w", name=NAME)
    with pytest.raises(KeyFolderExists):
        create_witness(tmp_path / "w", name=NAME)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "x" * 201])
def test_a_name_that_no_note_can_carry_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidParameter, match="name"):
        create_witness(tmp_path / "w", name=name)
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_the_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        open_witness(tmp_path / "none")
    folder = tmp_path / "w"
    create_witness(folder, name=NAME)
    other = create_witness(tmp_path / "other", name=NAME)
    good = (folder / WITNESS_FILE).read_text()
    for text in (
        "name = 1",
        good + "more = 1\n",
        good.replace("format = 1", "format = 2"),
        good.replace(NAME, "a b"),
        good.replace(good.split('vkey = "')[1], f'{other.vkey}"\n'),
        "\xff",
    ):
        (folder / WITNESS_FILE).write_text(text, "latin-1")
        with pytest.raises(KeyFormat):
            open_witness(folder)
    (folder / WITNESS_FILE).write_text(good)
    (folder / "witness.key").chmod(0o640)
    with pytest.raises(KeyPermissions):
        open_witness(folder)
