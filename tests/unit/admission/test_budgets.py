"""Budgets: reserved on the disk before they are used, over processes, hosts and restarts."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from breachdesk.admission import (
    COUNTS_FILE,
    Budget,
    BudgetSpent,
    DayCount,
    Ledger,
    OptionError,
    StoreError,
    Totals,
    read_counts,
)
from breachdesk.admission._budgets import MOST_BLOCK
from breachdesk.admission._redis import RedisStore
from tests.factories.clocks import Clock
from tests.factories.redis_server import RedisServer

ROOT = Path(__file__).parents[3]
PLENTY = Totals(10**9, 10**9)


def make(folder: Path, clock: Clock, most: Totals = PLENTY, **more: object) -> Budget:
    return Budget(Ledger(folder), "open", 1, most, clock=clock, **more)  # type: ignore[arg-type]  # the keyword arguments of Budget


def spend(budget: Budget, number: int) -> int:
    """How many of so many were given."""
    for given in range(number):
        try:
            budget.spend()
        except BudgetSpent:
            return given
    return number


def counted(folder: Path) -> int:
    return sum(one.evaluations for one in read_counts(folder))


def test_a_day_has_its_budget_and_the_next_one_too(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock, Totals(1000, 10**9))
    assert spend(budget, 1100) == 1000
    assert budget.share == 1.0
    with pytest.raises(BudgetSpent) as caught:
        budget.spend()
    assert caught.value.period == "day"
    assert caught.value.retry_after == 86_400 - int(clock.now) % 86_400
    clock.now += caught.value.retry_after
    assert budget.share == 0.0
    assert spend(budget, 10) == 10


def test_an_epoch_has_its_budget_for_good(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock, Totals(600, 1000))
    assert spend(budget, 700) == 600
    clock.now += 86_400
    assert spend(budget, 700) == 400
    assert budget.epoch_share == 1.0
    clock.now += 86_400
    with pytest.raises(BudgetSpent) as caught:
        budget.spend()
    assert caught.value.period == "epoch"
    assert spend(make(tmp_path, clock, Totals(600, 1000)), 10) == 0


def test_a_restart_counts_too_much_and_never_too_little(tmp_path: Path, clock: Clock) -> None:
    """Each is given up with what it had reserved, as a kill would."""
    given = 0
    for _ in range(20):
        given += spend(make(tmp_path, clock), 333)
        assert given <= counted(tmp_path) <= given + 20 * MOST_BLOCK
    most = Totals(counted(tmp_path) + 5, 10**9)
    assert spend(make(tmp_path, clock, most), 100) == 5


def test_what_a_killed_process_gave_is_on_the_disk(tmp_path: Path) -> None:
    """It says each evaluation before it would make it; SIGKILL comes at any moment."""
    program = (
        "import sys; from pathlib import Path\n"
        "from breachdesk.admission import Budget, Ledger, Totals\n"
        "budget = Budget(Ledger(Path(sys.argv[1])), 'open', 1, Totals(10**9, 10**9))\n"
        "while True:\n    budget.spend(); print('x', flush=True)\n"
    )
    for wanted in (1, 50, 700):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        before = counted(tmp_path)
        given = 0
        while given < wanted:
            given += process.stdout.readline() == b"x\n"
        process.send_signal(signal.SIGKILL)
        given += process.stdout.read().count(b"x\n")
        process.wait(30)
        process.stdout.close()
        assert given <= counted(tmp_path) - before <= given + MOST_BLOCK


def test_little_is_counted_one_by_one_and_much_in_blocks(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock)
    clock.now += 100
    for number in range(1, 6):
        assert spend(budget, 1) == 1
        assert counted(tmp_path) == number
        clock.now += 100
    spend(budget, 3000)
    sizes = {budget.reserve().size for _ in range(2)}
    assert sizes == {MOST_BLOCK}


def test_a_block_of_yesterday_is_given_up(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock)
    spend(budget, 1000)
    clock.now += 86_400
    spend(budget, 1)
    first, second = read_counts(tmp_path)
    assert first.evaluations >= 1000
    assert second.evaluations >= 1


def test_what_was_not_made_is_given_back(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock, Totals(3, 3))
    for _ in range(10):
        budget.spend()
        budget.give_back()
    assert spend(budget, 10) == 3


def test_processes_of_one_machine_share_a_budget(tmp_path: Path, clock: Clock) -> None:
    both = [make(tmp_path, clock, Totals(1000, 10**9)) for _ in range(2)]
    given = sum(spend(both[number % 2], 1) for number in range(3000))
    assert given == 1000


def test_kinds_and_epochs_are_apart(tmp_path: Path, clock: Clock) -> None:
    ledger = Ledger(tmp_path)
    most = Totals(5, 5)
    budgets = [
        Budget(ledger, kind, epoch, most, clock=clock)
        for kind, epoch in (("open", 1), ("code", 1), ("open", 2))
    ]
    assert [spend(one, 9) for one in budgets] == [5, 5, 5]
    assert read_counts(tmp_path) == [
        DayCount("2026-09-21", "code", 1, 5),
        DayCount("2026-09-21", "open", 1, 5),
        DayCount("2026-09-21", "open", 2, 5),
    ]


def test_a_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    Ledger(tmp_path / "a" / "state").close()
    assert (tmp_path / "a" / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "state" / COUNTS_FILE).stat().st_mode & 0o777 == 0o600
    assert read_counts(tmp_path / "nothing yet") == []


@pytest.mark.parametrize("damage", ["file", "garbage"])
def test_a_folder_that_cannot_hold_counts_is_told(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "state"
    if damage == "file":
        folder.write_text("x")
    else:
        folder.mkdir()
        (folder / COUNTS_FILE).write_bytes(b"no database at all, and long enough to be one" * 50)
        with pytest.raises(StoreError):
            read_counts(folder)
    with pytest.raises(OptionError, match="state"):
        Ledger(folder)


def test_a_disk_that_takes_nothing_gives_nothing(tmp_path: Path, clock: Clock) -> None:
    budget = make(tmp_path, clock)
    holder = sqlite3.connect(tmp_path / COUNTS_FILE, isolation_level=None)
    holder.execute("drop table evaluations")
    with pytest.raises(StoreError):
        budget.spend()
    holder.close()


@pytest.fixture
def shared(redis: RedisServer, clock: Clock) -> RedisStore:
    redis.kill()
    redis.start()
    return RedisStore(redis.url, clock)


def test_hosts_share_a_budget(tmp_path: Path, clock: Clock, shared: RedisStore) -> None:
    most = Totals(1000, 10**9)
    hosts = [
        make(tmp_path / name, clock, most, shared=shared, name="k") for name in ("a", "b", "c")
    ]
    given = sum(spend(hosts[number % 3], 1) for number in range(4000))
    assert given == 1000
    assert sum(counted(tmp_path / name) for name in ("a", "b", "c")) == 1000
    other = make(tmp_path / "d", clock, most, shared=shared, name="other key")
    assert spend(other, 10) == 10


def test_a_redis_that_forgot_is_told_again(
    tmp_path: Path, clock: Clock, redis: RedisServer, shared: RedisStore
) -> None:
    most = Totals(1000, 1500)
    one = make(tmp_path / "a", clock, most, shared=shared, name="k")
    two = make(tmp_path / "b", clock, most, shared=shared, name="k")
    given = spend(one, 300) + spend(two, 300)
    redis.kill()
    with pytest.raises(StoreError):
        spend(two, 1000)
    given += counted(tmp_path / "b") - 300  # what its block still held
    redis.start()
    again = RedisStore(redis.url, clock)
    # The first host never comes back; the second knows what it had been told of both.
    two = make(tmp_path / "b", clock, most, shared=again, name="k")
    given += spend(two, 2000)
    assert given <= 1000
    clock.now += 86_400
    assert given + spend(two, 2000) <= 1500
