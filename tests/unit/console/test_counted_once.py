"""Many boards, one count: it is made anew when it is too old, by one thread, and never made up."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from breachdesk.console._counted_once import Shared
from tests.factories.console import member, report, signed_in


class Counting:
    """Counts how often it was asked; waits where it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.times = 0
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def __call__(self) -> int:
        self.begun.set()
        assert self.go_on.wait(20)
        self.times += 1
        return self.times


def shared(counting: Counting) -> Shared[int]:
    return Shared(counting, 5.0, lambda: counting.now)


def test_one_count_serves_all_for_its_seconds() -> None:
    counting = Counting()
    found = shared(counting)
    assert [found.get() for _ in range(5)] == [1] * 5
    counting.now = 4.9
    assert found.get() == 1
    counting.now = 5.0
    assert [found.get() for _ in range(5)] == [2] * 5


def test_who_comes_first_together_waits_for_one_count() -> None:
    counting = Counting()
    counting.go_on.clear()
    found = shared(counting)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(found.get) for _ in range(8)]
        assert counting.begun.wait(20)
        counting.go_on.set()
        assert [one.result(20) for one in asked] == [1] * 8
    assert counting.times == 1


def test_while_one_counts_anew_the_others_have_the_last() -> None:
    counting = Counting()
    found = shared(counting)
    assert found.get() == 1
    counting.now = 6.0
    counting.begun.clear()
    counting.go_on.clear()
    with ThreadPoolExecutor(1) as threads:
        anew = threads.submit(found.get)
        assert counting.begun.wait(20)
        assert found.get() == 1
        counting.go_on.set()
        assert anew.result(20) == 2
    assert found.get() == 2


def test_a_count_that_fails_is_told_and_not_kept() -> None:
    counting, broken = Counting(), True

    def count() -> int:
        if broken:
            raise LookupError
        return counting()

    found = Shared(count, 5.0, lambda: counting.now)
    for _ in range(2):
        with pytest.raises(LookupError):
            found.get()
    broken = False
    assert found.get() == 1
    broken, counting.now = True, 9.0
    with pytest.raises(LookupError):
        found.get()


@pytest.mark.usefixtures("console")
def test_boards_of_several_people_count_the_cases_once() -> None:
    report()
    browsers = [signed_in(member("lead")), signed_in(member("agent")), signed_in(member("payer"))]
    with CaptureQueriesContext(connection) as asked:
        numbers = [one.get("/en/board/live.json").json() for one in browsers]
        page = browsers[0].get("/en/board/").content.decode()
    assert [one["waiting"] for one in numbers] == [1, 1, 1]
    assert len({one["counted"] for one in numbers}) == 1
    assert f'<span data-name="counted">{numbers[0]["counted"]}</span>' in page
    counts = [one["sql"] for one in asked if 'AS "broken"' in one["sql"]]
    assert len(counts) == 1
