"""What both stores promise, and how they refuse."""

import time

import pytest

from breachdesk.admission import (
    PASSED,
    SPENT,
    Count,
    CountStore,
    MemoryStore,
    OptionError,
    StoreError,
    Take,
    memory_store,
    redis_store,
)
from tests.factories.clocks import Clock
from tests.factories.redis_server import RedisServer


def test_counts_are_of_a_window_of_the_clock(store: CountStore, clock: Clock) -> None:
    assert [store.add("a", 1, 60), store.add("a", 4, 60), store.add("b", 2, 60)] == [1, 5, 2]
    assert store.add("a", 1, 3600) == 1
    clock.now += 59
    assert store.add("a", 1, 60) == 6
    clock.now += 1
    assert store.add("a", 1, 60) == 1


def test_once_is_once(store: CountStore) -> None:
    assert store.once("a", 600)
    assert not store.once("a", 600)
    assert store.once("b", 600)


def test_once_is_over_after_its_time() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    assert store.once("a", 600)
    clock.now += 599.9
    assert not store.once("a", 600)
    clock.now += 0.2
    assert store.once("a", 600)
    assert not store.once("a", 600)


def test_once_is_over_after_its_time_in_redis(redis: RedisServer) -> None:
    store = redis_store(redis.url)
    assert store.once("short", 1)
    give_up = time.monotonic() + 30
    while not store.once("short", 1):
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_a_take_counts_up_to_what_refuses(store: CountStore) -> None:
    counts = (Count("address", 2, 60), Count("network", 3, 60))
    takes = [Take(counts, f"token-{i}", 600) for i in range(4)]
    assert store.take(takes) == [PASSED, PASSED, 0, 0]
    assert store.add("network", 0, 60) == 2
    assert store.once("token-3", 600)
    other = (Count("other", 2, 60), Count("network", 3, 60))
    assert store.take([Take(other, "x", 600), Take(other, "y", 600)]) == [PASSED, 1]


def test_a_token_is_taken_once(store: CountStore) -> None:
    counts = (Count("address", 9, 60),)
    assert store.take([Take(counts, "t", 600), Take(counts, "t", 600)]) == [PASSED, SPENT]
    assert store.take([Take(counts, "t", 600), Take((), "u", 600)]) == [SPENT, PASSED]
    assert store.take([Take(()), Take(counts)]) == [PASSED, PASSED]
    assert store.take([]) == []


def test_a_long_window_counts_only_what_is_beyond(store: CountStore, clock: Clock) -> None:
    counts = (Count("address", 10, 60), Count("address", 4, 86_400, 3))
    assert store.take([Take(counts)] * 8) == [PASSED] * 7 + [1]
    clock.now += 60
    assert store.take([Take(counts)] * 4) == [PASSED] * 3 + [1]


def test_a_generation_is_secret_and_stays(store: CountStore, clock: Clock) -> None:
    assert len(store.generation()) == 32
    assert store.generation() == store.generation()
    assert memory_store(clock).generation() != memory_store(clock).generation()


def test_a_full_memory_refuses_what_is_new_and_knows_what_is_old() -> None:
    store = MemoryStore(Clock(), most_keys=2, most_seen=2)
    assert [store.add(key, 1, 60) for key in ("a", "b", "a")] == [1, 1, 2]
    with pytest.raises(StoreError):
        store.add("c", 1, 60)
    assert [store.once(key, 600) for key in ("a", "b", "a")] == [True, True, False]
    with pytest.raises(StoreError):
        store.once("c", 600)


def test_processes_share_a_redis(redis: RedisServer, clock: Clock) -> None:
    one, two = redis_store(redis.url, clock), redis_store(redis.url, clock)
    assert one.generation() == two.generation()
    assert one.once("shared", 600)
    assert not two.once("shared", 600)
    assert one.add("shared", 1, 60) + 1 == two.add("shared", 1, 60)


def test_a_redis_that_is_gone_counts_nothing_and_comes_back(
    redis: RedisServer, clock: Clock
) -> None:
    store = redis_store(redis.url, clock)
    before = store.generation()
    assert store.once("spent before", 600)
    redis.kill()
    try:
        for ask in (
            lambda: store.add("a", 1, 60),
            lambda: store.once("a", 600),
            lambda: store.take([Take((Count("a", 9, 60),), "b", 600)]),
        ):
            with pytest.raises(StoreError):
                ask()
    finally:
        redis.start()
    give_up = time.monotonic() + 30
    while True:
        try:
            store.add("a", 1, 60)
            break
        except StoreError:
            assert time.monotonic() < give_up
            time.sleep(0.05)
    # It has forgotten what was spent: nothing of before is good for a first time.
    assert not store.once("spent before", 600)
    assert store.generation() != before
    assert store.once("spent before", 600)


def test_a_take_after_a_restart_spends_no_token_of_before(redis: RedisServer, clock: Clock) -> None:
    store = redis_store(redis.url, clock)
    store.generation()
    redis.kill()
    redis.start()
    counts = (Count("a", 9, 60),)
    give_up = time.monotonic() + 30
    while True:
        try:
            assert store.take([Take(counts, "t", 600), Take(counts)]) == [SPENT, PASSED]
            break
        except StoreError:
            assert time.monotonic() < give_up
            time.sleep(0.05)
    assert store.take([Take(counts, "t", 600)]) == [PASSED]


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1", "redis://127.0.0.1:port", "127.0.0.1:6379"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(OptionError, match="limits"):
        redis_store(url)


def test_no_error_tells_the_password(redis: RedisServer) -> None:
    store = redis_store(f"redis://desk:geheim@127.0.0.1:{redis.port}/0")
    with pytest.raises(StoreError) as caught:
        store.add("a", 1, 60)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
