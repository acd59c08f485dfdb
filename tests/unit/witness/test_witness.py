"""A witness signs what continues, keeps it first, and nothing else (PROTOCOL section 9.5)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.keys import create_witness, open_witness
from breachdesk.release import EMPTY_ROOT, ReleaseError, VKey, cosigned_at, log_root, parse_note
from breachdesk.wire import AddCheckpoint
from breachdesk.witness import (
    AlarmError,
    LogFolder,
    RefusedError,
    StateError,
    Witness,
    read_status,
)
from tests.factories.releases import ORIGIN, FixedSigner
from tests.factories.witnessing import LOG, WITNESS, leaves_of, note_of, submission

NOW = 1_396_526_400


class Steps:
    """Which steps were taken, and at which one the process ends."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.end_at: str | None = None

    def __call__(self, step: str) -> None:
        self.taken.append(step)
        if step == self.end_at:
            raise KeyboardInterrupt


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_witness(tmp_path / "witness", name=WITNESS)
    return tmp_path / "witness"


@pytest.fixture
def key(folder: Path) -> VKey:
    return VKey.parse(open_witness(folder).vkey)


@pytest.fixture
def witness(folder: Path, steps: Steps) -> Iterator[Witness]:
    with LogFolder.opened(folder, ORIGIN) as state:
        yield Witness(state, open_witness(folder), LOG.vkey, now=lambda: NOW, on_step=steps)


def refused(witness: Witness, body: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        witness.add(body)
    return caught.value


def test_a_log_that_grows_is_cosigned_at_each_size(witness: Witness, key: VKey) -> None:
    old = 0
    for size in (1, 2, 5, 5, 8):
        body = submission(leaves_of(size), old)
        line = witness.add(body)
        assert cosigned_at(note_of(leaves_of(size)) + line, key) == NOW
        assert witness.kept.checkpoint.size == size
        old = size
    kept = witness.folder.cosigned()
    assert kept is not None
    assert cosigned_at(kept, key) == NOW


def test_nothing_is_signed_before_it_is_on_the_disk(
    witness: Witness, folder: Path, steps: Steps
) -> None:
    steps.end_at = "kept"
    with pytest.raises(KeyboardInterrupt):
        witness.add(submission(leaves_of(3), 0))
    assert steps.taken == ["kept"]
    state = LogFolder.read(witness.folder.folder)
    assert state.kept.checkpoint.root == log_root(leaves_of(3))
    steps.end_at = None
    found = refused(witness, submission(leaves_of(3, 1), 0))
    assert (found.status, found.size) == (409, 3)
    assert witness.folder.cosigned() is None
    assert read_status(folder, VKey.parse(open_witness(folder).vkey))[0].cosigned_at is None
    witness.add(submission(leaves_of(3), 3))
    assert steps.taken == ["kept", "signed", "written"]


def test_a_state_that_cannot_be_stored_signs_nothing(witness: Witness, steps: Steps) -> None:
    (witness.folder.folder / ".state.new").mkdir()
    with pytest.raises(StateError, match="writing the state"):
        witness.add(submission(leaves_of(3), 0))
    assert steps.taken == []
    assert witness.kept.checkpoint.size == 0


def test_another_size_than_the_last_is_told_which_it_is(witness: Witness) -> None:
    witness.add(submission(leaves_of(4), 0))
    for old in (0, 3, 5):
        found = refused(witness, submission(leaves_of(6), old))
        assert (found.status, found.size) == (409, 4)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b""),
        (400, b"old 0\n\n"),
        (400, submission(leaves_of(3), 0).replace(b"old 0", b"old 00")),
        (400, AddCheckpoint(4, (), note_of(leaves_of(3))).encode()),
        (404, AddCheckpoint(0, (), note_of(leaves_of(3), origin="other.example.org")).encode()),
        (403, AddCheckpoint(0, (), note_of(leaves_of(3), FixedSigner("x", "y", 1))).encode()),
        (403, submission(leaves_of(3), 0).replace(b"\n3\n", b"\n4\n")),
        (400, submission(leaves_of(3), 0).replace(b"\n3\n", b"\n03\n")),
        (400, submission(leaves_of(3), 0).replace(b"\n3\n", b"\n3\nmore\n")),
        (422, AddCheckpoint(0, (EMPTY_ROOT,), note_of(leaves_of(3))).encode()),
    ],
)
def test_what_is_wrong_has_its_status_and_signs_nothing(
    witness: Witness, steps: Steps, status: int, body: bytes
) -> None:
    assert refused(witness, body).status == status
    assert steps.taken == []


def test_a_proof_that_fails_is_no_alarm(witness: Witness) -> None:
    witness.add(submission(leaves_of(4), 0))
    assert refused(witness, submission(leaves_of(6, 2), 4)).status == 422
    assert refused(witness, AddCheckpoint(4, (), note_of(leaves_of(6))).encode()).status == 422
    assert witness.folder.alarm_kind() is None
    witness.add(submission(leaves_of(6), 4))


def test_two_signed_roots_of_one_size_are_a_fork_and_its_evidence_is_kept(
    witness: Witness, folder: Path, key: VKey
) -> None:
    witness.add(submission(leaves_of(4), 0))
    found = refused(witness, submission(leaves_of(4, 2), 4))
    assert (found.status, found.size) == (409, None)
    alarm = witness.folder.alarm
    assert (alarm / "kept").read_bytes() == note_of(leaves_of(4))
    assert (alarm / "seen").read_bytes() == note_of(leaves_of(4, 2))
    said = json.loads((alarm / "alarm.json").read_bytes())
    assert (said["kind"], said["origin"], said["witness"]) == ("fork", ORIGIN, WITNESS)
    assert parse_note(said["seen"].encode()).body == parse_note(note_of(leaves_of(4, 2))).body
    (status,) = read_status(folder, key)
    assert (status.alarm, status.evidence) == ("fork", str(alarm))


def test_an_alarm_stands_until_the_evidence_is_moved_away(witness: Witness, tmp_path: Path) -> None:
    witness.add(submission(leaves_of(4), 0))
    refused(witness, submission(leaves_of(4, 2), 4))
    first = (witness.folder.alarm / "seen").read_bytes()
    assert refused(witness, submission(leaves_of(5), 4)).status == 503
    assert refused(witness, submission(leaves_of(4, 1), 4)).status == 503
    with pytest.raises(AlarmError, match="fork"):
        witness.observe(note_of(leaves_of(5)), b"".join(leaves_of(5)))
    assert (witness.folder.alarm / "seen").read_bytes() == first
    shutil.move(witness.folder.alarm, tmp_path / "evidence")
    witness.add(submission(leaves_of(5), 4))


def observe(witness: Witness, leaves: list[bytes], *, patient: bool = True) -> str:
    return witness.observe(note_of(leaves), b"".join(leaves), patient=patient)


def test_a_followed_log_is_cosigned_when_its_leaves_continue(witness: Witness, key: VKey) -> None:
    for size in (1, 3, 3, 7):
        assert observe(witness, leaves_of(size)) == "cosigned"
        kept = witness.folder.cosigned()
        assert kept is not None
        assert cosigned_at(kept, key) == NOW
    assert observe(witness, []) == "empty"
    assert witness.kept.checkpoint.size == 7


@pytest.mark.parametrize("size", [3, 5, 7, 9])
def test_a_followed_log_that_forks_is_an_alarm(witness: Witness, size: int) -> None:
    observe(witness, leaves_of(7))
    with pytest.raises(AlarmError) as caught:
        observe(witness, leaves_of(size, 2))
    assert caught.value.kind == "fork"
    assert (witness.folder.alarm / "seen-leaves").read_bytes() == b"".join(leaves_of(size, 2))
    assert witness.kept.checkpoint.root == log_root(leaves_of(7))


def test_a_host_that_takes_back_what_it_showed_is_an_alarm(witness: Witness) -> None:
    observe(witness, leaves_of(7))
    with pytest.raises(AlarmError) as caught:
        observe(witness, leaves_of(6))
    assert caught.value.kind == "rollback"


def test_a_host_that_is_behind_what_was_brought_is_not_at_first(witness: Witness) -> None:
    observe(witness, leaves_of(5))
    witness.add(submission(leaves_of(8), 5))
    assert observe(witness, leaves_of(5)) == "behind"
    assert observe(witness, leaves_of(6)) == "behind"
    assert witness.kept.checkpoint.size == 8
    with pytest.raises(AlarmError) as caught:
        observe(witness, leaves_of(6), patient=False)
    assert caught.value.kind == "rollback"


def test_a_fork_shows_once_the_host_has_caught_up(witness: Witness) -> None:
    witness.add(submission(leaves_of(8), 0))
    assert observe(witness, leaves_of(6, 2)) == "behind"
    with pytest.raises(AlarmError, match="fork"):
        observe(witness, leaves_of(9, 2))


@pytest.mark.parametrize(
    ("text", "leaves", "code"),
    [
        (note_of(leaves_of(3)), b"".join(leaves_of(3, 1)), "leaves"),
        (note_of(leaves_of(3)), b"".join(leaves_of(2)), "leaves"),
        (note_of(leaves_of(3), FixedSigner("x", "y", 1)), b"".join(leaves_of(3)), "signature"),
        (note_of(leaves_of(3), origin="other.example.org"), b"".join(leaves_of(3)), "checkpoint"),
    ],
)
def test_what_does_not_hold_is_no_alarm_and_no_signature(
    witness: Witness, steps: Steps, text: bytes, leaves: bytes, code: str
) -> None:
    with pytest.raises(ReleaseError) as caught:
        witness.observe(text, leaves)
    assert caught.value.code == code
    assert steps.taken == []
    assert witness.folder.alarm_kind() is None


def test_the_state_is_of_one_process(witness: Witness, folder: Path) -> None:
    assert witness.kept.checkpoint.size == 0
    with pytest.raises(StateError, match="another process"), LogFolder.opened(folder, ORIGIN):
        pass
    with LogFolder.opened(folder, "other.example.org") as other:
        assert other.kept.checkpoint.origin == "other.example.org"


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b'{"format":"breachdesk/witness-state/v2"}', b"\xff"]
)
def test_a_lost_or_damaged_state_is_never_a_new_log(folder: Path, content: bytes | None) -> None:
    with LogFolder.opened(folder, ORIGIN) as state:
        path = state.folder / "state.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StateError, match="make a new one"), LogFolder.opened(folder, ORIGIN):
        pass


def test_the_state_survives_and_is_read_back(folder: Path) -> None:
    for size in (2, 3):
        with LogFolder.opened(folder, ORIGIN) as state:
            observe(Witness(state, open_witness(folder), LOG.vkey), leaves_of(size))
        found = LogFolder.read(state.folder).kept
        assert found == state.kept
        assert found.leaves == tuple(leaves_of(size))
