"""The key that damage reports are sealed to."""

from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.keys import (
    KeyFormat,
    KeyNotHeld,
    Unlock,
    add_desk_key,
    create,
    open_folder,
    rotate,
)
from breachdesk.keys._change import changing
from breachdesk.keys._sealing import sealing_public

ORIGIN = "desk.example.org"


def old_folder(folder: Path) -> Path:
    """As a version before the desk made it."""
    create(folder, origin=ORIGIN)
    with changing(folder) as change:
        keys = change.read_all(Unlock())
        del keys["desk"]
        change.keep(keys, None, replace(change.document.public, desk=None))
    return folder


def test_a_new_folder_has_it_and_it_fits_its_public_half(tmp_path: Path) -> None:
    opened = create(tmp_path / "keys", origin=ORIGIN)
    assert opened.public.desk == sealing_public(opened.desk)
    assert open_folder(tmp_path / "keys", only=("desk",)).desk == opened.desk
    assert opened.desk.hex() not in repr(opened)


def test_a_folder_of_before_gets_it_once(tmp_path: Path) -> None:
    folder = old_folder(tmp_path / "keys")
    before = open_folder(folder)
    assert before.public.desk is None
    with pytest.raises(KeyNotHeld):
        open_folder(folder, only=("desk",))
    assert add_desk_key(folder)
    after = open_folder(folder)
    assert after.public.desk == sealing_public(after.desk)
    assert (after.release, after.log.vkey) == (before.release, before.log.vkey)
    assert not add_desk_key(folder)
    assert open_folder(folder).desk == after.desk


def test_it_outlives_an_epoch(tmp_path: Path) -> None:
    first = create(tmp_path / "keys", origin=ORIGIN)
    assert rotate(tmp_path / "keys", tmp_path / "next").desk == first.desk
    late = rotate(old_folder(tmp_path / "old"), tmp_path / "new")
    assert late.public.desk == sealing_public(late.desk)


def test_another_key_under_its_name_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create(folder, origin=ORIGIN)
    with changing(folder) as change:
        keys = {**change.read_all(Unlock()), "desk": bytes(range(32))}
        change.keep(keys, None)
    with pytest.raises(KeyFormat):
        open_folder(folder)
