"""Publication: what readers see, what is refused, and what a kill leaves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from breachdesk.release import (
    ReleaseError,
    Store,
    StoreError,
    Tombstone,
    cosign,
    encode_tombstone,
    open_note,
    parse_note,
    verify_store,
)
from tests.factories.releases import (
    ORIGIN,
    PUBLISHED,
    FixedSigner,
    Service,
    build_release,
    other_release,
    publish_release,
)

STEPS = ("written", "synced", "marked", "renamed", "published", "unmarked")
ROOT = Path(__file__).parents[3]


def test_a_published_release_is_the_current_one(store: Store) -> None:
    current = store.current()
    assert current is not None
    assert (current.number, current.checkpoint.size) == (1, 1)
    assert current.manifest == build_release(1).manifest
    assert not (store.folder / ".staging").exists()


def test_a_store_that_does_not_exist_has_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert store.current() is None
    assert store.size == 0
    with pytest.raises(StoreError) as caught:
        store.read("checkpoint")
    assert caught.value.kind == "missing"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".lock", "releases/000001/../x", ""])
def test_only_public_names_are_read(store: Store, path: str) -> None:
    with pytest.raises(StoreError) as caught:
        store.read(path)
    assert caught.value.kind == "missing"


def test_the_next_release_joins_the_log(store: Store, service: Service) -> None:
    publish_release(store, service)
    current = store.current()
    assert current is not None
    assert current.number == 2
    assert verify_store(store.folder, service.log.vkey, timestamps=[service.timestamp.vkey]).ok


def test_publishing_the_same_again_changes_nothing(store: Store, service: Service) -> None:
    before = store.read("checkpoint")
    with store.lock(), store.stage(1) as stage:
        same = build_release(1)
        assert not stage.publish(same.entry, service.log, service.timestamp, PUBLISHED + 9)
    assert store.read("checkpoint") == before


def test_a_number_that_exists_with_other_bytes_is_refused(store: Store, service: Service) -> None:
    other = other_release(build_release(1))
    with store.lock(), store.stage(1) as stage, pytest.raises(StoreError) as caught:
        stage.publish(other.entry, service.log, service.timestamp, PUBLISHED)
    assert caught.value.kind == "exists"


def test_a_release_id_that_exists_is_refused(store: Store, service: Service) -> None:
    old = build_release(1).entry.replace(b'"release":1,', b'"release":2,')
    with store.lock(), store.stage() as stage, pytest.raises(StoreError) as caught:
        stage.publish(old, service.log, service.timestamp, PUBLISHED)
    assert caught.value.kind == "exists"


def test_numbers_have_no_gaps(store: Store) -> None:
    with store.lock(), pytest.raises(StoreError) as caught:
        store.stage(3)
    assert caught.value.kind == "not-next"


def test_a_missing_bucket_is_refused(tmp_path: Path, service: Service) -> None:
    store = Store(tmp_path / "releases")
    build = build_release(1)
    with store.lock(), store.stage() as stage:
        for index, data in enumerate(build.buckets[:-1]):
            stage.write_bucket(index, data)
        with pytest.raises(StoreError) as caught:
            stage.publish(build.entry, service.log, service.timestamp, PUBLISHED)
    assert caught.value.kind == "incomplete"
    assert store.current() is None


def test_another_log_key_is_refused(store: Store, service: Service) -> None:
    build = build_release(2)
    stranger = FixedSigner(ORIGIN, "stranger", service.log.kind)
    with store.lock(), store.stage() as stage, pytest.raises(StoreError) as caught:
        stage.publish(build.entry, stranger, service.timestamp, PUBLISHED)
    assert caught.value.kind == "other-log"


def test_an_entry_of_another_number_is_refused(store: Store, service: Service) -> None:
    with store.lock(), store.stage() as stage, pytest.raises(ReleaseError):
        stage.publish(build_release(1).entry, service.log, service.timestamp, PUBLISHED)


def test_a_tombstone_takes_a_number_and_leaves_the_release(store: Store, service: Service) -> None:
    tombstone = Tombstone(ORIGIN, 2, "kt-2012", {"ko": "끝났습니다.", "en": "It has ended."})
    with store.lock(), store.stage() as stage:
        stage.publish(encode_tombstone(tombstone), service.log, service.timestamp, PUBLISHED)
    current = store.current()
    assert current is not None
    assert (current.number, current.checkpoint.size) == (1, 2)
    assert verify_store(store.folder, service.log.vkey).ok


def test_a_second_build_fails_clearly(store: Store) -> None:
    with store.lock(), pytest.raises(StoreError) as caught, Store(store.folder).lock():
        pass
    assert caught.value.kind == "locked"


def test_other_peoples_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(StoreError) as caught, Store(tmp_path).lock():
        pass
    assert caught.value.kind == "not-a-release-folder"
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_stage_that_is_not_published_leaves_nothing(store: Store) -> None:
    with store.lock(), store.stage() as stage:
        stage.write_bucket(0, b"x")
    assert not (store.folder / ".staging").exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_leaves_the_last_good_state(store: Store, service: Service, step: str) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "tests.factories.killed_build", str(store.folder), step],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    expected = 2 if STEPS.index(step) >= STEPS.index("published") else 1
    current = Store(store.folder).current()
    assert current is not None
    assert current.number == expected
    with store.lock():
        assert store.size == expected
    assert verify_store(store.folder, service.log.vkey).ok
    publish_release(store, service)
    assert store.size == expected + 1
    assert verify_store(store.folder, service.log.vkey).ok


def test_a_lost_checkpoint_deletes_no_release(store: Store) -> None:
    (store.folder / "checkpoint").unlink()
    with pytest.raises(StoreError) as caught, store.lock():
        pass
    assert caught.value.kind == "damaged"
    assert (store.folder / "releases/000001/entry.json").exists()


def test_freshen_replaces_its_own_line_and_keeps_witnesses(store: Store, service: Service) -> None:
    path = store.folder / "checkpoint"
    path.write_bytes(cosign(path.read_bytes(), service.witness, PUBLISHED + 5))
    before = parse_note(path.read_bytes()).signatures
    store.freshen(service.timestamp, PUBLISHED + 86_400, service.log.vkey)
    after = parse_note(path.read_bytes()).signatures
    assert [one.name for one in after] == [one.name for one in before]
    assert (after[0], after[2]) == (before[0], before[2])
    signed = open_note(
        path.read_bytes(),
        service.log.vkey,
        [service.timestamp.vkey, service.witness.vkey],
        PUBLISHED + 86_400,
    )
    assert signed.time == PUBLISHED + 86_400
    assert signed.signers == (ORIGIN, f"{ORIGIN}/timestamp", "witness.example.net/w1")


def test_freshen_needs_the_key_of_this_log(store: Store, service: Service) -> None:
    with pytest.raises(StoreError) as caught:
        store.freshen(service.witness, PUBLISHED)
    assert caught.value.kind == "other-log"


def test_freshen_needs_a_release(tmp_path: Path, service: Service) -> None:
    with pytest.raises(StoreError) as caught:
        Store(tmp_path).freshen(service.timestamp, PUBLISHED)
    assert caught.value.kind == "missing"


def test_incident_texts_are_replaced_whole(store: Store) -> None:
    texts = store.incident_texts
    assert texts.ids() == ()
    texts.write("kt-2014", 'id = "kt-2014"\n')
    texts.write("kt-2014", 'id = "kt-2014" # 고침\n')
    assert texts.ids() == ("kt-2014",)
    assert texts.read("kt-2014") == 'id = "kt-2014" # 고침\n'
    assert texts.read("other") is None
    with pytest.raises(StoreError):
        texts.write("../x", "")
