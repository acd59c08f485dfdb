"""Bringing checkpoints to witnesses: real ones, and ones that answer wrongly."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.keys import create_witness
from breachdesk.release import (
    TIMESTAMP_TYPE,
    Checkpoint,
    ReleaseError,
    Store,
    VKey,
    cosignature,
    cosigned_at,
    parse_note,
    sign_checkpoint,
)
from breachdesk.serving import Courier, NotWitnessed, ServeError, ServeRequest, couriers
from breachdesk.serving._environment import decode_witnesses, encode_witnesses
from breachdesk.serving._service import public_keys, service_document
from breachdesk.serving._witnesses import RENEW_SECONDS, WitnessAddress, carry, parse_witnesses
from breachdesk.wire import AddCheckpoint, ServiceDocument
from breachdesk.witness import LogFolder, Witness, WitnessApp
from tests.factories.proxied import listening
from tests.factories.releases import ORIGIN, FixedSigner, Service, publish_release
from tests.factories.served import make_service
from tests.factories.static_host import Answer, StaticHost, static_host
from tests.factories.witnessing import LOG, WITNESS

SERVICE = Service()
KEYS = (SERVICE.log.vkey, SERVICE.timestamp.vkey)
FAKE = FixedSigner("fake.example.net", "fake", TIMESTAMP_TYPE)
TEXT = f"https://witness.example.net/a {SERVICE.witness.vkey.text}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "releases")
    publish_release(found, SERVICE)
    return found


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    key = create_witness(tmp_path / "w", name=WITNESS)
    with LogFolder.opened(tmp_path / "w", ORIGIN) as state:
        yield Witness(state, key, LOG.vkey)


@pytest.fixture
def courier(store: Store, witness: Witness) -> Iterator[Courier]:
    key = VKey.of(witness._key, TIMESTAMP_TYPE)
    with listening(WitnessApp(witness)) as port:
        (one,) = couriers(store, *KEYS, [f"http://127.0.0.1:{port}/ {key.text}"])
        yield one


def witnessed(store: Store, courier: Courier) -> int | None:
    return cosigned_at(store.read("checkpoint"), courier.witness.key)


def test_a_checkpoint_is_brought_and_its_cosignature_merged(store: Store, courier: Courier) -> None:
    now = time.time()
    assert courier.due(now)
    at = courier.bring(now)
    assert witnessed(store, courier) == at
    assert not courier.due(now)
    assert courier.due(at + RENEW_SECONDS)
    assert cosigned_at(store.read("checkpoint"), KEYS[1]) is not None


def test_a_courier_learns_what_the_witness_has(store: Store, courier: Courier) -> None:
    """A new courier knows nothing; the witness has seen one entry, then three."""
    courier.bring(time.time())
    for size in (2, 3):
        publish_release(store, SERVICE)
        assert courier.due(time.time())
        if size == 3:
            courier.bring(time.time())
    (fresh,) = couriers(store, *KEYS, [f"{courier.witness.url} {courier.witness.key.text}"])
    publish_release(store, SERVICE)
    fresh.bring(time.time())
    assert witnessed(store, courier) is not None


def test_a_witness_that_has_more_than_the_folder_is_told_as_such(
    store: Store, courier: Courier, tmp_path: Path
) -> None:
    publish_release(store, SERVICE)
    courier.bring(time.time())
    short = Store(tmp_path / "short")
    publish_release(short, SERVICE)
    (fresh,) = couriers(short, *KEYS, [f"{courier.witness.url} {courier.witness.key.text}"])
    with pytest.raises(NotWitnessed, match="has seen 2 entries, and this folder has 1"):
        fresh.bring(time.time())


def test_a_forked_folder_is_refused_and_its_checkpoint_left(
    store: Store, courier: Courier, witness: Witness
) -> None:
    body = parse_note(store.read("checkpoint")).body
    other = Checkpoint(ORIGIN, 1, bytes(32))
    assert other.body != body
    fork = AddCheckpoint(0, (), sign_checkpoint(other, SERVICE.log)).encode()
    witness.add(fork)
    before = store.read("checkpoint")
    with pytest.raises(NotWitnessed, match="another history"):
        courier.bring(time.time())
    with pytest.raises(NotWitnessed, match="an alarm stands"):
        courier.bring(time.time())
    assert store.read("checkpoint") == before


@pytest.fixture
def host() -> Iterator[StaticHost]:
    with static_host() as running:
        yield running


def line(store: Store, time: int, body: str | None = None) -> bytes:
    found = body or parse_note(store.read("checkpoint")).body
    return cosignature(found, FAKE, time).line.encode()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "another key"),
        (404, "does not follow"),
        (409, "another history"),
        (422, "refuses the proof"),
        (503, "cannot cosign now"),
        (500, "status 500"),
        (302, "status 302"),
    ],
)
def test_each_refusal_is_said_in_words(
    store: Store, host: StaticHost, status: int, said: str
) -> None:
    host.tamper = lambda *_: (status, b"")
    (one,) = couriers(store, *KEYS, [f"{host.url} {FAKE.vkey.text}"])
    before = store.read("checkpoint")
    with pytest.raises(NotWitnessed, match=said):
        one.bring(time.time())
    assert store.read("checkpoint") == before


@pytest.mark.parametrize("wrong", ["none", "long", "future", "other key", "other body", "cut"])
def test_an_answer_that_does_not_hold_is_not_merged(
    store: Store, host: StaticHost, wrong: str
) -> None:
    now = int(time.time())
    answers: dict[str, Answer] = {
        "none": (200, b""),
        "long": (200, line(store, now) * 200),
        "future": (200, line(store, now + 86_400)),
        "other key": (200, line(store, now).replace(b"fake", b"face")),
        "other body": (200, line(store, now, "x\n1\ny\n")),
        "cut": None,
    }
    host.tamper = lambda *_: answers[wrong]
    (one,) = couriers(store, *KEYS, [f"{host.url} {FAKE.vkey.text}"])
    before = store.read("checkpoint")
    with pytest.raises(NotWitnessed):
        one.bring(now)
    assert store.read("checkpoint") == before
    host.tamper = lambda *_: (200, line(store, now))
    assert one.bring(now) == now


def test_a_release_that_comes_meanwhile_does_not_get_the_old_cosignature(
    store: Store, host: StaticHost
) -> None:
    now = int(time.time())
    answer = line(store, now)

    def publish(*_: object) -> Answer:
        publish_release(store, SERVICE)
        return 200, answer

    host.tamper = publish
    (one,) = couriers(store, *KEYS, [f"{host.url} {FAKE.vkey.text}"])
    with pytest.raises(NotWitnessed, match="meanwhile"):
        one.bring(now)
    assert cosigned_at(store.read("checkpoint"), FAKE.vkey) is None


def test_a_checkpoint_that_the_log_did_not_sign_is_brought_to_nobody(
    store: Store, host: StaticHost
) -> None:
    path = store.folder / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n1\n", b"\n2\n"))
    (one,) = couriers(store, *KEYS, [f"{host.url} {FAKE.vkey.text}"])
    with pytest.raises(ReleaseError, match="signature"):
        one.bring(time.time())
    assert host.posted == []


def test_a_witness_that_comes_back_is_asked_again(
    store: Store, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breachdesk.serving._witnesses._LOOK_SECONDS", 0.02)
    good = courier.witness
    courier.witness = WitnessAddress("http://127.0.0.1:9", good.key)
    stop = threading.Event()
    carrying = threading.Thread(target=carry, args=(courier, stop))
    carrying.start()
    time.sleep(0.2)
    assert witnessed(store, courier) is None
    courier.witness = good
    give_up = time.monotonic() + 20
    while witnessed(store, courier) is None:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    stop.set()
    carrying.join(20)
    assert not carrying.is_alive()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://witness.example.net",
        SERVICE.witness.vkey.text,
        f"witness.example.net {SERVICE.witness.vkey.text}",
        f"https://a@b {SERVICE.witness.vkey.text}",
        f"https://witness.example.net {SERVICE.log.vkey.text}",
        "https://witness.example.net x+y+z",
    ],
)
def test_what_is_no_witness_is_said_with_its_option(text: str) -> None:
    with pytest.raises(ServeError, match="--witness"):
        ServeRequest(Path("releases"), Path("keys"), witnesses=(text,))


def test_too_many_and_twice_are_refused() -> None:
    many = [
        f"https://w {FixedSigner(f'w{i}', f'w{i}', TIMESTAMP_TYPE).vkey.text}" for i in range(15)
    ]
    with pytest.raises(ServeError, match="at most 14"):
        parse_witnesses(many)
    with pytest.raises(ServeError, match="twice"):
        parse_witnesses([TEXT, TEXT])
    assert len(parse_witnesses(many[:14])) == 14
    assert decode_witnesses(encode_witnesses((TEXT,))) == (TEXT,)


def test_the_service_document_names_our_key_first_and_then_the_witnesses(tmp_path: Path) -> None:
    made = make_service(tmp_path)
    request = ServeRequest(made.releases, made.keys, witnesses=(TEXT,))
    found = ServiceDocument.decode(
        service_document(request, public_keys(made.keys)).encode()
    ).timestamps
    assert found == (made.opened.public.timestamp, SERVICE.witness.vkey.text)
    own = f"https://w {made.opened.public.timestamp}"
    with pytest.raises(ServeError, match="your own"):
        service_document(
            ServeRequest(made.releases, made.keys, witnesses=(own,)), public_keys(made.keys)
        )
    assert json.loads(encode_witnesses(())) == []
