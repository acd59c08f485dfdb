"""Counted time: round the clock, or business hours with Korean holidays."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.console._calendar import SEOUL, BusinessHours, RoundTheClock, calendar

BUSINESS = BusinessHours()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T10:00", 4, "2026-11-24T14:00"),
        ("2026-11-24T16:00", 4, "2026-11-25T11:00"),
        ("2026-11-27T17:00", 2, "2026-11-30T10:00"),  # over a week-end
        ("2026-11-28T12:00", 1, "2026-11-30T10:00"),  # begun on a Saturday
        ("2026-02-13T17:00", 2, "2026-02-19T10:00"),  # Seollal: 16 to 18 February 2026
        ("2026-05-22T17:00", 2, "2026-05-26T10:00"),  # 25 May: in place of Buddha's birthday
        ("2026-11-24T03:00", 9, "2026-11-24T18:00"),
    ],
)
def test_business_hours(start: str, hours: int, end: str) -> None:
    assert BUSINESS.add(at(start), timedelta(hours=hours)) == at(end)
    assert BUSINESS.between(at(start), at(end)) == timedelta(hours=hours)


def test_every_hour_counts_round_the_clock() -> None:
    start = at("2026-12-25T23:00")
    assert RoundTheClock().add(start, timedelta(hours=24)) == at("2026-12-26T23:00")
    assert RoundTheClock().between(start, start - timedelta(hours=1)) == timedelta(0)


_INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(  # noqa: DTZ001 (given a zone)
    lambda found: found.replace(tzinfo=SEOUL)
)


@given(start=_INSTANTS, minutes=st.integers(0, 60 * 9 * 40))
def test_what_was_added_is_what_lies_between(start: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    assert BUSINESS.between(start, BUSINESS.add(start, amount)) == amount


@given(one=_INSTANTS, two=_INSTANTS, three=_INSTANTS)
def test_stretches_add_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    whole = BUSINESS.between(first, last)
    assert BUSINESS.between(first, middle) + BUSINESS.between(middle, last) == whole


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="always or business"):
        calendar("sometimes")


def test_a_desk_opens_before_it_closes() -> None:
    with pytest.raises(ValueError, match="opens before"):
        BusinessHours(BUSINESS.closes, BUSINESS.opens)
