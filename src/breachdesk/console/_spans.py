"""Lengths of time in words, and times of day."""

from datetime import datetime, timedelta

from django.utils import timezone

from breachdesk.site import words


def spoken(language: str, value: timedelta | None) -> str:
    """A length of time in its two largest units; a minus in front of what is over; None stands
    still."""
    if value is None:
        return words(language, "span-paused")
    minutes = int(abs(value).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    key = "span-days" if days else "span-hours" if hours else "span-minutes"
    text = words(language, key, days=days, hours=hours, minutes=minutes)
    return f"−{text}" if value < timedelta(0) else text


def clock(value: datetime) -> str:
    """The time of day to the second, in the desk's zone."""
    return timezone.localtime(value).strftime("%H:%M:%S")
