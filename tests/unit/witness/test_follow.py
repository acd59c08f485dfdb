"""Looks at a real host over HTTP, and what people are told."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.hosts import BucketHost
from breachdesk.keys import create_witness
from breachdesk.witness import Follower, LogFolder, Witness
from breachdesk.witness._follow import BEHIND_SECONDS
from tests.factories.releases import ORIGIN
from tests.factories.static_host import Answer, StaticHost, static_host
from tests.factories.witnessing import LOG, WITNESS, files_of, leaves_of, note_of, submission


class World:
    """A host, a witness that follows it, and a clock."""

    def __init__(self, host: StaticHost, witness: Witness, reader: BucketHost) -> None:
        self.host = host
        self.witness = witness
        self.time = 0.0
        self.follower = Follower(witness, reader, f"{host.url}/hook", clock=lambda: self.time)

    def show(self, leaves: list[bytes]) -> None:
        self.host.files = files_of(leaves)

    def look(self) -> str:
        return self.follower.look(threading.Event()).outcome


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    key = create_witness(tmp_path / "w", name=WITNESS)
    with (
        static_host() as host,
        LogFolder.opened(tmp_path / "w", ORIGIN) as state,
        BucketHost(host.url, wait=2) as reader,
    ):
        yield World(host, Witness(state, key, LOG.vkey), reader)


def test_it_follows_a_growing_log(world: World) -> None:
    for size in (1, 2, 5):
        world.show(leaves_of(size))
        assert world.look() == "cosigned"
        assert world.witness.kept.checkpoint.size == size
    assert world.host.posted == []


def test_it_tells_of_a_fork_once_and_signs_no_more(world: World) -> None:
    world.show(leaves_of(5))
    world.look()
    world.show(leaves_of(6, 3))
    assert world.look() == "alarm"
    (told,) = world.host.posted
    said = json.loads(told)
    assert said["kind"] == "fork"
    assert said["kept"].encode() == note_of(leaves_of(5))
    assert said["seen"].encode() == note_of(leaves_of(6, 3))
    world.show(leaves_of(6))
    assert world.look() == "alarm"
    assert len(world.host.posted) == 1
    assert world.witness.kept.checkpoint.size == 5


def test_an_alarm_that_nobody_took_is_told_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breachdesk.witness._webhook._WAITS", (0.01, 0.01))
    world.show(leaves_of(5))
    world.look()
    world.show(leaves_of(4))

    def down(name: str, found: Answer) -> Answer:
        return (500, b"") if name == "hook" else found

    world.host.tamper = down
    assert world.look() == "alarm"
    assert len(world.host.posted) == 3
    world.host.tamper = None
    assert world.look() == "alarm"
    assert world.look() == "alarm"
    assert len(world.host.posted) == 4


def test_a_host_that_stays_behind_is_an_alarm_after_an_hour(world: World) -> None:
    world.show(leaves_of(5))
    world.look()
    world.witness.add(submission(leaves_of(8), 5))
    assert world.look() == "behind"
    world.time = BEHIND_SECONDS - 1
    assert world.look() == "behind"
    world.show(leaves_of(8))
    assert world.look() == "cosigned"
    world.witness.add(submission(leaves_of(9), 8))
    world.time = 2 * BEHIND_SECONDS
    assert world.look() == "behind"
    world.time = 3 * BEHIND_SECONDS
    assert world.look() == "alarm"
    assert world.witness.folder.alarm_kind() == "rollback"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((404, b""), "unreachable"),
        ((500, b""), "unreachable"),
        ((302, b""), "unreachable"),
        (None, "unreachable"),
        ((200, bytes(20_000)), "unreachable"),
        ((200, b""), "unverified"),
        ((200, note_of(leaves_of(3), origin="other.example.org")), "unverified"),
    ],
)
def test_a_host_that_fails_or_lies_is_told_and_is_no_alarm(
    world: World, answer: Answer, outcome: str
) -> None:
    world.host.tamper = lambda name, _: answer if name == "checkpoint" else (200, b"")
    assert world.look() == outcome
    assert world.witness.folder.alarm_kind() is None
    world.host.tamper = None
    world.show(leaves_of(2))
    assert world.look() == "cosigned"


def test_it_looks_again_and_again_until_it_is_told_to_end(world: World) -> None:
    world.show(leaves_of(2))
    stop = threading.Event()
    running = threading.Thread(target=world.follower.run, args=(stop, 0.01))
    running.start()
    while len(world.host.asked) < 6:
        pass
    stop.set()
    running.join(10)
    assert not running.is_alive()
