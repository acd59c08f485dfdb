"""Load is processor time by the clock."""

from breachdesk.admission import Load
from tests.factories.clocks import Clock


def test_the_share_of_the_last_window() -> None:
    clock, used = Clock(), Clock(10.0)
    load = Load(clock, used)
    assert load.share() == 0.0
    clock.now += 2.0
    used.now += 1.5
    assert load.share() == 0.75
    clock.now += 1.0
    used.now += 1.0
    assert load.share() == 0.75
    clock.now += 9.0
    assert load.share() == 0.1
    clock.now += 2.0
    used.now += 8.0
    assert load.share() == 1.0


def test_it_measures_this_process() -> None:
    assert 0.0 <= Load().share() <= 1.0
