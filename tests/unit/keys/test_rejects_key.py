"""The key that rejected rows are sealed to."""

from pathlib import Path

import pytest

from breachdesk import keys
from breachdesk.keys import KeyNotHeld, SplitRequest, WrapError, rejects_public, wrap

ORIGIN = "breachdesk.invalid/test"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys", origin=ORIGIN)
    return tmp_path / "keys"


def of_an_earlier_version(folder: Path) -> None:
    """What a version without this key wrote."""
    text = (folder / "folder.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("rejects = ")]
    (folder / "folder.toml").write_text("\n".join(lines).replace(', "rejects"', "") + "\n", "utf-8")
    (folder / "rejects.key").unlink()


def test_what_is_wrapped_to_a_folder_only_that_folder_opens(folder: Path, tmp_path: Path) -> None:
    other = keys.create(tmp_path / "other", origin=ORIGIN)
    opened = keys.open_folder(folder, only=("rejects",))
    assert opened.public.rejects is not None
    wrapped = wrap(opened.public.rejects, b"k" * 32)
    assert len(wrapped) == keys.WRAPPED_BYTES
    assert wrap(opened.public.rejects, b"k" * 32) != wrapped
    assert opened.unwrap_rejects(wrapped) == b"k" * 32
    changed = wrapped[:-1] + bytes((wrapped[-1] ^ 1,))
    for sealed, by in ((changed, opened), (wrapped[:40], opened), (b"", opened), (wrapped, other)):
        with pytest.raises(WrapError):
            by.unwrap_rejects(sealed)
    with pytest.raises(keys.KeyNotOpened):
        keys.open_folder(folder, only=("log",)).unwrap_rejects(wrapped)


def test_a_key_that_does_not_fit_its_public_half_is_refused(folder: Path, tmp_path: Path) -> None:
    keys.create(tmp_path / "other", origin=ORIGIN)
    (folder / "rejects.key").write_bytes((tmp_path / "other" / "rejects.key").read_bytes())
    with pytest.raises(keys.KeyFormat, match=r"rejects\.key"):
        keys.open_folder(folder, only=("rejects",))


def test_a_folder_of_an_earlier_version_gets_one(folder: Path) -> None:
    of_an_earlier_version(folder)
    assert keys.open_folder(folder).public.rejects is None
    with pytest.raises(KeyNotHeld):
        keys.open_folder(folder, only=("rejects",))
    made = rejects_public(folder)
    assert rejects_public(folder) == made == keys.open_folder(folder).public.rejects
    assert keys.open_folder(folder, only=("rejects",)).unwrap_rejects(wrap(made, b"x" * 32))
    assert "keys.rejects-made" in (folder / "audit.jsonl").read_text("utf-8")


def test_rotation_keeps_it_and_makes_a_missing_one(folder: Path, tmp_path: Path) -> None:
    before = keys.open_folder(folder).public.rejects
    assert keys.rotate(folder, tmp_path / "second").public.rejects == before
    of_an_earlier_version(folder)
    assert keys.rotate(folder, tmp_path / "third").public.rejects not in {None, before}


def test_the_other_holder_never_has_it(folder: Path, tmp_path: Path) -> None:
    builder, holder = tmp_path / "builder", tmp_path / "holder"
    before = keys.open_folder(folder).public.rejects
    keys.split(SplitRequest(folder, builder, holder))
    assert keys.open_folder(builder).public.rejects == before
    assert keys.open_folder(holder).public.rejects is None
    with pytest.raises(KeyNotHeld):
        rejects_public(holder)
