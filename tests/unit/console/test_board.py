"""The board's numbers, on both databases."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from breachdesk.console import services
from breachdesk.desk.models import Case
from tests.factories.console import report

pytestmark = pytest.mark.usefixtures("console")

#: Seven in the morning in Seoul; in UTC it is still the day before.
NOW = datetime(2026, 11, 25, 7, tzinfo=ZoneInfo("Asia/Seoul"))


def case(ago: timedelta, **values: Any) -> None:
    number = report(loss_won=values.pop("loss_won", None))
    Case.objects.filter(number=number).update(received_at=NOW - ago, **values)


def test_an_empty_board() -> None:
    found = services.board(NOW)
    assert (found.waiting, found.broken, found.at_risk, found.recovery, found.loss) == (0,) * 5
    assert found.oldest is None
    assert [reports for _day, reports in found.arrivals] == [0] * 14


def test_days_are_those_of_the_desk() -> None:
    case(timedelta(hours=7))
    case(timedelta(hours=7, seconds=1))
    case(timedelta(days=13, hours=7))
    case(timedelta(days=13, hours=7, seconds=1))
    found = services.board(NOW).arrivals
    assert [day.isoformat() for day, _reports in found[:1] + found[-1:]] == [
        "2026-11-12",
        "2026-11-25",
    ]
    assert [reports for _day, reports in found] == [1] + [0] * 11 + [1, 1]


def test_promises_losses_and_lost_receipts_are_counted_in_one_look() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    late, soon, far = NOW - hour, NOW + hour, NOW + 5 * hour
    case(day, first_response_due=late, resolution_due=far, loss_won=10)
    case(day, first_response_due=late, resolution_due=far, first_response_at=late)
    case(day, first_response_due=soon, resolution_due=far, recovery_asked_at=late)
    case(day, first_response_due=late, resolution_due=soon, first_response_at=late)
    case(day, first_response_due=late, resolution_due=late, state="resolved", loss_won=200)
    case(day, first_response_due=late, resolution_due=late, state="merged", loss_won=3000)
    case(day, resolution_due=late, state="waiting_person", paused_since=late)
    found = services.board(NOW)
    assert (found.waiting, found.with_person) == (4, 1)
    assert (found.broken, found.at_risk) == (1, 2)
    assert (found.recovery, found.loss) == (1, 210)


def test_kinds_and_regions_are_of_thirty_days_and_the_loss_is_of_all() -> None:
    day = timedelta(days=1)
    case(day, kind="smishing", region="11", loss_won=1)
    case(2 * day, kind="smishing", region="26", loss_won=20, state="closed")
    case(3 * day, kind="other", region="26", loss_won=300, state="merged")
    case(31 * day, kind="other", region="11", loss_won=4000)
    found = services.board(NOW)
    assert found.by_kind == [("smishing", 2, 1, 21)]
    assert found.by_region == [("11", 1), ("26", 1)]
    assert found.loss == 4021


def test_who_waits_longest_is_the_first_of_the_urgent_ones() -> None:
    case(timedelta(days=3), region="11")
    case(timedelta(days=2), region="26", urgent=True)
    case(timedelta(days=1), region="27", urgent=True)
    case(timedelta(days=9), region="28", urgent=True, state="closed")
    oldest = services.board(NOW).oldest
    assert oldest is not None
    assert oldest.region == "26"
