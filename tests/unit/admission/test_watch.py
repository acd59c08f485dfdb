"""What is worth an alarm, and that a quiet day is not."""

from typing import Any

import pytest

from breachdesk.admission import Alarms, Watch
from breachdesk.admission._watch import BUSY_NETWORKS, MANY_CHALLENGES, MANY_REFUSALS
from tests.factories.clocks import Clock


class Told(Alarms):
    """Keeps what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.counts: list[dict[str, Any]] = []

    def tell(self, name: str, **counts: int | float) -> None:
        super().tell(name, **counts)
        self.names.append(name)
        self.counts.append(counts)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watch(told: Told, clock: Clock) -> Watch:
    return Watch(told, budget_day=240_000, busy=10, clock=clock)


def next_minute(watch: Watch, clock: Clock) -> None:
    clock.now += 60
    watch.tick()


def test_a_usual_minute_is_no_alarm(watch: Watch, told: Told, clock: Clock) -> None:
    for number in range(900):
        watch.challenged()
        watch.passed(f"n4/{number % 300}")
    for _ in range(50):
        watch.refused("token-missing")
        watch.refused("limit-address")
        watch.refused("token-expired")
    next_minute(watch, clock)
    assert told.names == []


def test_a_rate_that_would_empty_the_budget(watch: Watch, told: Told, clock: Clock) -> None:
    for number in range(1001):
        watch.passed(f"n4/{number % 200}")
    next_minute(watch, clock)
    assert told.names == ["rate"]
    assert told.counts[0] == {"evaluations": 1001, "networks": 200, "busy": 0, "largest": 6}
    next_minute(watch, clock)
    assert told.names == ["rate"]


def test_many_networks_that_each_ask_a_lot(watch: Watch, told: Told, clock: Clock) -> None:
    for network in range(BUSY_NETWORKS + 1):
        for _ in range(11):
            watch.passed(f"n4/{network}")
    next_minute(watch, clock)
    assert told.names == ["networks"]
    assert told.counts[0]["busy"] == BUSY_NETWORKS + 1


def test_forged_and_replayed_tokens(watch: Watch, told: Told, clock: Clock) -> None:
    for _ in range(MANY_REFUSALS):
        watch.refused("token-spent")
    watch.refused("token-forged")
    next_minute(watch, clock)
    assert told.names == ["tokens"]
    assert told.counts[0] == {"forged": 1, "spent": MANY_REFUSALS}


def test_people_who_are_turned_away(watch: Watch, told: Told, clock: Clock) -> None:
    for _ in range(MANY_REFUSALS + 1):
        watch.refused("limit-address-day")
    next_minute(watch, clock)
    assert (told.names, told.counts) == (["limits"], [{"address_day": MANY_REFUSALS + 1}])


def test_challenges_that_nobody_uses(watch: Watch, told: Told, clock: Clock) -> None:
    for _ in range(MANY_CHALLENGES + 1):
        watch.challenged()
    next_minute(watch, clock)
    assert told.names == ["challenges"]


def test_a_store_that_fails_and_a_budget_that_ends(watch: Watch, told: Told) -> None:
    watch.refused("store")
    watch.budget("open", 0.5, 0.79)
    watch.budget("open", 0.8, 0.1)
    watch.budget("code", 0.1, 1.0)
    assert told.names == ["store", "budget-day-open", "budget-epoch-code-spent"]


def test_a_cosignature_that_grows_old(told: Told, clock: Clock) -> None:
    times = [0.0, clock.now - 35 * 3600, clock.now - 37 * 3600]
    for newest in times:
        watch = Watch(told, budget_day=1, busy=1, cosigned=lambda at=newest: at, clock=clock)  # type: ignore[misc]  # bound at once
        next_minute(watch, clock)
    assert (told.names, told.counts) == (["cosignature"], [{"hours": 37}])


def test_reasons_are_observed(told: Told, clock: Clock) -> None:
    seen: list[str] = []
    watch = Watch(told, budget_day=1, busy=1, observe=seen.append, clock=clock)
    watch.refused("token-missing")
    assert seen == ["token-missing"]
