"""The way in: what refuses uses up nothing else, and many requests go in one round trip."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from breachdesk.admission import (
    PASSED,
    Admission,
    AdmissionSettings,
    BudgetSpent,
    Gate,
    Limited,
    MemoryStore,
    StoreError,
    Take,
    TokenRefused,
    read_counts,
)
from breachdesk.admission._gate import Together
from tests.factories.clocks import Clock
from tests.factories.redis_server import RedisServer
from tests.factories.work import decode_token, solve

PUBLIC = bytes(range(32))


@pytest.fixture(params=["memory", "redis"])
def limits(request: pytest.FixtureRequest) -> str | None:
    if request.param == "memory":
        return None
    server: RedisServer = request.getfixturevalue("redis")
    server.kill()
    server.start()
    return server.url


def make(folder: Path, limits: str | None, clock: Clock, **more: Any) -> tuple[Admission, Gate]:
    settings = AdmissionSettings(folder, limits=limits, effort=4, **more)
    admission = Admission(settings, lambda: 3, clock=clock)
    return admission, admission.gate("open", 1, PUBLIC)


async def ask(gate: Gate, address: str = "192.0.2.1", token: bytes | None = None) -> str:
    """Admit one, with a new token unless one is given; what came of it."""
    header = token if token is not None else solve(await gate.challenge())
    try:
        await gate.admit(address, header)
    except TokenRefused as refused:
        return f"token-{refused.reason}"
    except Limited as limited:
        return f"limit-{limited.reason}"
    except BudgetSpent as spent:
        return f"budget-{spent.period}"
    return "in"


def test_one_token_one_evaluation(tmp_path: Path, limits: str | None, clock: Clock) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, limits, clock)
        token = solve(await gate.challenge())
        assert decode_token(token)["challenge"]["parameters"]["data"]["release"] == 3
        assert [await ask(gate, token=token) for _ in range(3)] == ["in"] + ["token-spent"] * 2
        assert await ask(gate, token=b"") == "token-missing"

    asyncio.run(run())


def test_one_token_for_many_at_once(tmp_path: Path, limits: str | None, clock: Clock) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, limits, clock)
        token = solve(await gate.challenge())
        found = await asyncio.gather(*(ask(gate, token=token) for _ in range(200)))
        assert sorted(found) == ["in"] + ["token-spent"] * 199

    asyncio.run(run())
    assert 1 <= sum(one.evaluations for one in read_counts(tmp_path)) <= 256


def test_who_is_told_to_wait_keeps_the_token(
    tmp_path: Path, limits: str | None, clock: Clock
) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, limits, clock, rate=1)
        assert await ask(gate) == "in"
        token = solve(await gate.challenge())
        assert await ask(gate, token=token) == "limit-address"
        clock.now += 60
        assert await ask(gate, token=token) == "in"

    asyncio.run(run())


def test_a_spent_budget_uses_up_no_token(tmp_path: Path, limits: str | None, clock: Clock) -> None:
    async def run() -> None:
        admission, gate = make(tmp_path, limits, clock, budget_day=3)
        assert [await ask(gate) for _ in range(5)] == ["in"] * 3 + ["budget-day"] * 2
        assert admission.budgets_left()["open", 1, "day"] == 0
        clock.now += 86_400 - clock.now % 86_400 - 300
        token = solve(await gate.challenge())
        assert await ask(gate, token=token) == "budget-day"
        clock.now += 300
        assert await ask(gate, token=token) == "in"

    asyncio.run(run())


def test_no_more_than_the_budget_however_many_ask_at_once(
    tmp_path: Path, limits: str | None, clock: Clock
) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, limits, clock, budget_day=150)
        tokens = [solve(await gate.challenge()) for _ in range(400)]
        found = await asyncio.gather(*(ask(gate, token=one) for one in tokens))
        assert found.count("in") == 150
        assert set(found) == {"in", "budget-day"}

    asyncio.run(run())


def test_a_day_that_is_used_up_makes_the_rest_dear(tmp_path: Path, clock: Clock) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, None, clock, budget_day=40)
        efforts = []
        for _ in range(32):
            token = solve(await gate.challenge())
            efforts.append(decode_token(token)["solution"]["counter"])
            assert await ask(gate, token=token) == "in"
        assert max(efforts[:15]) < 4
        assert max(efforts[25:]) > 100

    asyncio.run(run())


def test_a_redis_that_is_gone_lets_nobody_in(
    tmp_path: Path, redis: RedisServer, clock: Clock
) -> None:
    async def run() -> None:
        _, gate = make(tmp_path, redis.url, clock)
        tokens = [solve(await gate.challenge()) for _ in range(20)]
        assert await ask(gate, token=tokens[0]) == "in"
        redis.kill()
        try:
            for token in tokens[1:]:
                with pytest.raises(StoreError):
                    await gate.admit("192.0.2.1", token)
        finally:
            redis.start()
        for _ in range(200):
            try:
                assert (await ask(gate)) in ("in", "token-spent")
                break
            except StoreError:
                await asyncio.sleep(0.05)
        # Redis forgot what was spent: what was given out before it is worth nothing now.
        for token in tokens:
            assert (await ask(gate, token=token)) in ("token-spent", "token-forged")
        assert await ask(gate) == "in"

    asyncio.run(run())


class Slow(MemoryStore):
    """A store elsewhere that answers when it is let."""

    local = False

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.batches: list[int] = []
        self.fails = False

    def take(self, batch: Sequence[Take]) -> list[int]:
        self.go.wait(60)
        self.batches.append(len(batch))
        if self.fails:
            raise RuntimeError("canary")
        return super().take(batch)


def test_who_waits_goes_together() -> None:
    async def run() -> None:
        store = Slow()
        together = Together(store)
        tasks = [asyncio.create_task(together.take(Take((), f"t{i}", 9))) for i in range(100)]
        await asyncio.sleep(0)
        store.go.set()
        assert await asyncio.gather(*tasks) == [PASSED] * 100
        assert sum(store.batches) == 100
        assert len(store.batches) <= 3

    asyncio.run(run())


def test_whatever_fails_is_refused_and_not_told() -> None:
    async def run() -> None:
        store = Slow()
        store.fails = True
        store.go.set()
        together = Together(store)
        tasks = [asyncio.create_task(together.take(Take(()))) for _ in range(5)]
        for task in tasks:
            with pytest.raises(StoreError) as caught:
                await task
            assert "canary" not in str(caught.value)
        store.fails = False
        assert await together.take(Take(())) == PASSED

    asyncio.run(run())
