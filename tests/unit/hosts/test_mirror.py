"""A copy is true, whole and resumable, or it is what it was before."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from breachdesk.hosts import BucketHost, HostAddressError, HostError, MissingFile, mirror
from breachdesk.release import (
    ReleaseError,
    Store,
    StoreError,
    Tombstone,
    encode_tombstone,
    verify_store,
)
from tests.factories.releases import ORIGIN, PUBLISHED, FixedSigner, Service, bury, publish_release
from tests.factories.static_host import Answer, StaticHost, static_host

SERVICE = Service()
LOG = SERVICE.log.vkey
COUNT = 4  # buckets of a release here


class World:
    """A source store, its host, and a copy."""

    def __init__(self, folder: Path, host: StaticHost, reader: BucketHost) -> None:
        self.source = Store(folder / "source")
        self.copy = folder / "copy"
        self.host = host
        self.reader = reader
        host.folder = self.source.folder

    def publish(self, age: int = 0) -> None:
        publish_release(self.source, SERVICE, PUBLISHED - age)

    def tombstone(self) -> None:
        with self.source.lock(), self.source.stage() as stage:
            entry = encode_tombstone(
                Tombstone(ORIGIN, stage.number, "kt-2012", {"ko": "끝", "en": "over"})
            )
            stage.publish(entry, SERVICE.log, SERVICE.timestamp, PUBLISHED)

    def mirror(self) -> None:
        mirror(self.reader, self.copy, LOG, timestamps=(SERVICE.timestamp.vkey,))

    def check(self) -> None:
        """The copy has the source's public bytes, and an audit finds nothing."""
        report = verify_store(self.copy, LOG, timestamps=(SERVICE.timestamp.vkey,))
        assert report.findings == []
        assert public_files(self.copy) == public_files(self.source.folder)


def public_files(folder: Path) -> dict[str, bytes]:
    found = [folder / "checkpoint", *(folder / "releases").rglob("*")]
    return {str(one.relative_to(folder)): one.read_bytes() for one in found if one.is_file()}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with static_host() as host, BucketHost(host.url, wait=5) as reader:
        yield World(tmp_path, host, reader)


def test_a_copy_has_the_same_bytes_and_grows_with_the_log(world: World) -> None:
    world.publish()
    told: list[tuple[int, int]] = []
    first = mirror(world.reader, world.copy, LOG, progress=lambda *now: told.append(now))
    world.check()
    assert told == [(i, COUNT) for i in range(1, COUNT + 1)]
    assert (first.placed, first.buckets, first.trusted, first.changed) == ([1], COUNT, True, True)
    world.tombstone()
    world.publish()
    second = mirror(world.reader, world.copy, LOG)
    world.check()
    assert (second.placed, second.buckets) == ([2, 3], COUNT)
    world.host.asked.clear()
    third = mirror(world.reader, world.copy)
    assert (third.placed, third.changed, third.trusted) == ([], False, True)
    assert world.host.asked == ["checkpoint", "releases/000003/leaves", first_bucket(1)]


def test_a_log_whose_one_incident_is_retired_is_copied_without_buckets(world: World) -> None:
    world.publish()
    bury(world.source, SERVICE, "kt-2014")
    shutil.rmtree(world.source.folder / "releases/000001/buckets")
    assert mirror(world.reader, world.copy, LOG).without_buckets == [1]


def first_bucket(number: int) -> str:
    return f"releases/{number:06d}/buckets/00000000"


def test_a_newer_cosignature_is_copied(world: World) -> None:
    world.publish()
    world.mirror()
    world.source.freshen(SERVICE.timestamp, 2_000_000)
    assert mirror(world.reader, world.copy, LOG).changed
    world.check()


TARGETS = (
    "checkpoint",
    "releases/000002/leaves",
    "releases/000002/entry.json",
    "releases/000002/checkpoint",
    first_bucket(2),
    "releases/000002/buckets/00000003",
)


def flip(data: bytes) -> bytes:
    return data[:-40] + bytes((data[-40] ^ 1,)) + data[-39:]


FAULTS: dict[str, Callable[[bytes], Answer]] = {
    "a flipped bit": lambda data: (200, flip(data)),
    "cut short": lambda data: (200, data[:-1]),
    "a byte more": lambda data: (200, data + b"\n"),
    "missing": lambda _: (404, b""),
    "an error": lambda _: (500, b""),
    "hung up": lambda _: None,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_host_that_tampers_changes_nothing_that_is_served(
    world: World, target: str, fault: str
) -> None:
    world.publish()
    world.mirror()
    before = public_files(world.copy)
    world.publish()

    def tamper(name: str, found: Answer) -> Answer:
        return FAULTS[fault](found[1]) if name == target and found else found

    world.host.tamper = tamper
    with pytest.raises((ReleaseError, HostError)):
        world.mirror()
    assert public_files(world.copy) == before
    world.host.tamper = None
    world.mirror()
    world.check()


def test_a_log_of_another_key_or_that_forks_or_shrinks_is_refused(
    world: World, tmp_path: Path
) -> None:
    world.publish()
    world.publish()
    world.mirror()
    before = public_files(world.copy)
    other = FixedSigner(ORIGIN, "another log", 1)
    with pytest.raises(StoreError, match="another key"):
        mirror(world.reader, world.copy, other.vkey)
    with pytest.raises(ReleaseError, match="signature"):
        mirror(world.reader, tmp_path / "new", other.vkey)
    fork = Store(tmp_path / "fork")
    for _ in range(3):
        with fork.lock(), fork.stage() as stage:
            entry = encode_tombstone(Tombstone(ORIGIN, stage.number, "x", {"ko": "끝", "en": "o"}))
            stage.publish(entry, SERVICE.log, SERVICE.timestamp, PUBLISHED)
    world.host.folder = fork.folder
    with pytest.raises(ReleaseError) as caught:
        world.mirror()
    assert caught.value.code == "fork"
    short = Store(tmp_path / "short")
    publish_release(short, SERVICE)
    world.host.folder = short.folder
    with pytest.raises(ReleaseError) as caught:
        world.mirror()
    assert caught.value.code == "rollback"
    assert public_files(world.copy) == before


def test_what_a_stopped_run_fetched_is_not_fetched_again_unless_it_is_torn(world: World) -> None:
    world.publish()

    def third_is_away(name: str, found: Answer) -> Answer:
        return (503, b"") if name.endswith("buckets/00000002") else found

    world.host.tamper = third_is_away
    with pytest.raises(HostError, match="503"):
        world.mirror()
    assert not (world.copy / "checkpoint").exists()
    staged = world.copy / ".mirror/000001/buckets"
    kept = sorted(one.name for one in staged.iterdir())
    assert kept == ["00000000", "00000001"]
    torn = staged / "00000001"
    torn.write_bytes(torn.read_bytes()[:100])
    world.host.tamper = None
    world.host.asked.clear()
    world.mirror()
    world.check()
    fetched = [name[-8:] for name in world.host.asked if "/buckets/" in name]
    assert sorted(fetched) == ["00000001", "00000002", "00000003"]


def test_a_release_in_its_place_without_the_checkpoint_is_taken_up(world: World) -> None:
    world.publish()
    world.mirror()
    (world.copy / "checkpoint").unlink()
    report = mirror(world.reader, world.copy, LOG)
    assert (report.placed, report.buckets) == ([], 0)
    world.check()


def drop_buckets(world: World, number: int) -> None:
    for one in (world.source.folder / f"releases/{number:06d}/buckets").iterdir():
        one.unlink()
    (world.source.folder / f"releases/{number:06d}/buckets").rmdir()


def test_retired_buckets_go_only_when_asked_and_only_when_the_source_says_so(world: World) -> None:
    world.publish()
    world.mirror()
    world.publish()
    drop_buckets(world, 1)
    report = mirror(world.reader, world.copy, LOG)
    assert (report.retired, report.pruned) == ([1], [])
    assert (world.copy / first_bucket(1)).exists()

    def away(name: str, found: Answer) -> Answer:
        return (500, b"") if name == first_bucket(1) else found

    world.host.tamper = away
    with pytest.raises(HostError):
        mirror(world.reader, world.copy, LOG, prune=True)
    assert (world.copy / first_bucket(1)).exists()
    world.host.tamper = None
    report = mirror(world.reader, world.copy, LOG, prune=True)
    assert report.pruned == [1]
    world.check()
    assert verify_store(world.copy, LOG).without_buckets == [1]
    assert (world.copy / first_bucket(2)).exists()


def test_the_buckets_in_force_are_never_done_without(world: World) -> None:
    world.publish()
    drop_buckets(world, 1)
    with pytest.raises(MissingFile):
        world.mirror()
    world.publish()
    report = mirror(world.reader, world.copy, LOG)
    assert report.without_buckets == [1]
    world.check()


def test_without_a_key_only_the_log_itself_is_checked_and_that_is_said(world: World) -> None:
    world.publish()
    assert not mirror(world.reader, world.copy).trusted
    assert mirror(world.reader, world.copy, LOG).trusted
    assert mirror(world.reader, world.copy).trusted


def test_one_writer_at_a_time_and_never_among_other_files(world: World, tmp_path: Path) -> None:
    world.publish()
    inside = threading.Event()
    go_on = threading.Event()

    def wait(_name: str, found: Answer) -> Answer:
        inside.set()
        go_on.wait(10)
        return found

    world.host.tamper = wait
    first = threading.Thread(target=world.mirror)
    first.start()
    assert inside.wait(10)
    with BucketHost(world.host.url) as other, pytest.raises(StoreError) as caught:
        mirror(other, world.copy, LOG)
    assert caught.value.kind == "locked"
    go_on.set()
    first.join(20)
    world.check()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("x")
    with pytest.raises(StoreError) as caught:
        mirror(world.reader, tmp_path / "mine", LOG)
    assert caught.value.kind == "not-a-release-folder"


@pytest.mark.parametrize("url", ["", "b.example.org", "ftp://b", "http://a@b/", "http://b/?x"])
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(HostAddressError):
        BucketHost(url)


def test_a_host_that_drips_does_not_hold_anybody(world: World) -> None:
    def drip(_name: str, found: Answer) -> Answer:
        time.sleep(1)
        return found

    world.publish()
    world.host.tamper = drip
    with BucketHost(world.host.url, wait=0.2) as hasty, pytest.raises(HostError, match="no answer"):
        hasty.read("checkpoint")
