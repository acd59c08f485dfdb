"""A day of a manifest (PROTOCOL section 1)."""

from datetime import date
from typing import Any

from breachdesk.wire import Strict


def read_date(strict: Strict, value: Any, where: str) -> date:
    """ISO 8601, a day of the calendar with a day number."""
    text = strict.text(value, where, most=10, pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        strict.fail(where, "not a date")
    if not 1 <= (found - date(1970, 1, 1)).days <= 65_535:
        strict.fail(where, "not a day with a number")
    return found
