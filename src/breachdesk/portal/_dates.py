"""Periods as people say them."""

from calendar import monthrange
from datetime import date

from breachdesk.site import words


def period(language: str, first: date, last: date) -> str:
    """Return "Between February 2013 and February 2014" for whole months, else with days."""
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return words(
            language, "period-months", first=_month(language, first), last=_month(language, last)
        )
    return words(language, "period-days", first=first, last=last)


def _month(language: str, day: date) -> str:
    return words(language, "month", year=str(day.year), month=day.month)
