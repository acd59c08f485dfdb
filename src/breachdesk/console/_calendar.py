"""Time that counts for a promise: round the clock, or the business hours of a Korean office.

All instants are aware datetimes; business hours are those of the zone in which the desk stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import holidays

SEOUL: Final = ZoneInfo("Asia/Seoul")
_SATURDAY: Final = 5
#: No promise of ours reaches further; beyond it the hours given cannot be right.
_MOST_DAYS: Final = 800


class Calendar(Protocol):
    """Adds counted time to an instant, and counts it between two."""

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The instant at which `amount` of counted time has passed since `start`."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Counted time from `start` to `end`; nothing if `end` is not later."""


class RoundTheClock:
    """Every second counts."""

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """As Calendar."""
        return start + amount

    def between(self, start: datetime, end: datetime) -> timedelta:
        """As Calendar."""
        return max(timedelta(0), end - start)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Monday to Friday from `opens` to `closes`, public and substitute holidays of Korea apart."""

    opens: time = time(9)
    closes: time = time(18)
    zone: ZoneInfo = SEOUL

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a desk opens before it closes")

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """As Calendar. Raises OverflowError for more than two years of business."""
        left = amount
        for begin, end in self._stretches(start):
            if left <= end - begin:
                return (begin + left).astimezone(UTC)
            left -= end - begin
        raise OverflowError("more business hours than two years have")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """As Calendar."""
        total = timedelta(0)
        for begin, until in self._stretches(start):
            if begin >= end:
                break
            total += min(until, end) - begin
        return total

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of each open day from `start` on, in UTC: subtracting aware times of one
        zone would ignore a change of its offset."""
        local = start.astimezone(self.zone)
        for ahead in range(_MOST_DAYS):
            day = local.date() + timedelta(days=ahead)
            if day.weekday() >= _SATURDAY or _is_holiday(day):
                continue
            begin = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
            end = datetime.combine(day, self.closes, self.zone).astimezone(UTC)
            begin = max(begin, start.astimezone(UTC))
            if begin < end:
                yield begin, end


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=year))


def _is_holiday(day: date) -> bool:
    return day in _holidays(day.year)


def calendar(name: str) -> Calendar:
    """`always` or `business`. Raises ValueError for another name."""
    found: dict[str, Calendar] = {"always": RoundTheClock(), "business": BusinessHours()}
    if name not in found:
        raise ValueError("a calendar is always or business")
    return found[name]
