"""The signer renews what is older than twelve hours, with the timestamp key and no other."""

import time
from pathlib import Path

import pytest

from breachdesk.keys import open_folder
from breachdesk.release import ReleaseError, Store, VKey, open_note
from breachdesk.serving._signer import renew
from breachdesk.serving._witnesses import RENEW_SECONDS
from tests.factories.served import make_service


def test_a_fresh_checkpoint_is_left_and_an_old_one_renewed(tmp_path: Path) -> None:
    now = int(time.time())
    made = make_service(tmp_path, age=100)
    keys = open_folder(made.keys, only=("timestamp",))
    store = Store(made.releases)
    before = (made.releases / "checkpoint").read_bytes()
    assert not renew(store, keys, now)
    assert (made.releases / "checkpoint").read_bytes() == before
    later = now + RENEW_SECONDS
    assert renew(store, keys, later)
    signed = open_note(
        (made.releases / "checkpoint").read_bytes(),
        VKey.parse(keys.public.log),
        (VKey.parse(keys.public.timestamp),),
        later,
    )
    assert signed.time == later
    assert not renew(store, keys, later)


def test_a_checkpoint_that_the_log_did_not_sign_is_never_cosigned(tmp_path: Path) -> None:
    now = int(time.time())
    made = make_service(tmp_path)
    path = made.releases / "checkpoint"
    lines = path.read_text().split("\n")
    lines[1] = "2"
    path.unlink()
    path.write_text("\n".join(lines))
    keys = open_folder(made.keys, only=("timestamp",))
    with pytest.raises(ReleaseError, match="signature"):
        renew(Store(made.releases), keys, now + RENEW_SECONDS)


def test_nothing_published_is_nothing_to_sign(tmp_path: Path) -> None:
    now = int(time.time())
    made = make_service(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert not renew(Store(empty), open_folder(made.keys, only=("timestamp",)), now)
