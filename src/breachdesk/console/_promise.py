"""When a case must be answered and ended; these times stand still while the person is asked.

The calendar decides what counts. `first_response_due` and `resolution_due` are instants; a pause
moves the second one by the counted time that it lasted. The first answer is not paused: asking the
person is an answer.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from breachdesk.console._calendar import Calendar, calendar
from breachdesk.console.models import Pause
from breachdesk.desk.models import FROM_PERSON, Case, Message


def the_calendar() -> Calendar:
    """That of the settings."""
    return calendar(settings.CALENDAR)


def promise(case: Case) -> None:
    """Set both times of a case that has none, from its arrival. The caller saves."""
    found = the_calendar()
    case.first_response_due = found.add(case.received_at, timedelta(hours=settings.FIRST_HOURS))
    case.resolution_due = found.add(case.received_at, timedelta(hours=settings.DONE_HOURS))


def pause(case: Case, now: datetime) -> None:
    """The person is asked. The caller saves."""
    settle(case)
    if case.paused_since is None:
        case.paused_since = now
        Pause.objects.create(case=case, since=now)


def resume(case: Case, now: datetime) -> None:
    """Nobody is waited for any more. The caller saves."""
    if case.paused_since is not None:
        case.paused_seconds += int((now - case.paused_since).total_seconds())
        case.paused_since = None
    settle(case, now)


def settle(case: Case, now: datetime | None = None) -> bool:
    """Add a pause that is over to the promise; whether there was one. The caller saves.

    The person's message ends a pause in the desk's process, which knows no calendar: when that was,
    the message says.
    """
    found = Pause.objects.filter(case=case).first()
    if found is None or case.paused_since is not None:
        return False
    said = Message.objects.filter(case=case, direction=FROM_PERSON, created_at__gte=found.since)
    answer = said.first()
    end = answer.created_at if answer else (now or case.ended_at or timezone.now())
    if case.resolution_due is not None:
        counted = the_calendar()
        due = counted.add(case.resolution_due, counted.between(found.since, end))
        case.resolution_due = due
    found.delete()
    return True


def left(case: Case, now: datetime) -> timedelta | None:
    """Counted time to the next promise, negative when it is broken; None while none runs."""
    due = next_due(case)
    if due is None or case.paused_since is not None:
        return None
    found = the_calendar()
    return found.between(now, due) if due >= now else -found.between(due, now)


def next_due(case: Case) -> datetime | None:
    """The promise that comes next: the first answer, then the end."""
    return case.first_response_due if case.first_response_at is None else case.resolution_due
