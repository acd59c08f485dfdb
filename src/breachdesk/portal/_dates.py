"""Periods as people say them."""

from calendar import monthrange
from datetime import date

from breachdesk.site.words import words


def period(language: str, first: date, last: date) -> str:
    """Return "February 2013 to February 2014" where both ends are whole months, else with days."""
    whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    key = "period-months" if whole else "period-days"
    return words(language, key, first=first, last=last)
