"""Legal clocks of an incident: they run from the moment of knowing until the duty is done."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from breachdesk.incidents._actor import Actor
from breachdesk.incidents._rules import Rule, rules
from breachdesk.incidents._versions import add_entry
from breachdesk.incidents.errors import ClockError
from breachdesk.incidents.models import KNOWN, REPORTED, UNDONE, Clock, Incident

#: Clocks of two machines differ by less.
_AHEAD = timedelta(minutes=5)


def start_clock(
    actor: Actor, incident: Incident, rule: str, known_at: datetime
) -> tuple[Clock, bool]:
    """Let a clock run from the moment of knowing, which the timeline then has too; whether that
    changed anything.

    An earlier moment moves it; a later one is refused, for knowing cannot be undone; the same one
    changes nothing. A duty that is done is moved likewise, but where each new finding is a duty of
    its own (`Rule.again`) the next one starts. Raises `ClockError`.
    """
    found = _rule(rule)
    _not_ahead(known_at)
    with transaction.atomic():
        clock = _latest(incident, rule)
        if clock is None or _needs_another(clock, found, known_at):
            clock = Clock(incident=incident, rule=rule)
        elif known_at == clock.known_at:
            return clock, False
        elif known_at > clock.known_at:
            raise ClockError("clock-later", "this clock runs from an earlier moment already")
        clock.known_at, clock.due_at = known_at, known_at + found.time
        clock.save()
        add_entry(actor, incident, KNOWN, known_at, rule)
    return clock, True


def finish_clock(
    actor: Actor, incident: Incident, rule: str, done_at: datetime
) -> tuple[Clock, bool]:
    """The duty is done; whether that is new. Raises `ClockError`."""
    _rule(rule)
    _not_ahead(done_at)
    with transaction.atomic():
        clock = _latest(incident, rule)
        if clock is None:
            raise ClockError("clock-none", "this clock does not run: start it first")
        if clock.done_at == done_at:
            return clock, False
        if clock.done_at is not None:
            raise ClockError("clock-done", "this duty was done before")
        if done_at < clock.known_at:
            raise ClockError("clock-before", "it cannot be done before it was known")
        clock.done_at, clock.by = done_at, actor.name
        clock.save(update_fields=("done_at", "by"))
        add_entry(actor, incident, REPORTED, done_at, rule)
    return clock, True


def reopen_clock(actor: Actor, incident: Incident, rule: str) -> tuple[Clock, bool]:
    """The duty was not done after all: its clock runs on. Always new. Raises `ClockError`."""
    _rule(rule)
    with transaction.atomic():
        clock = _latest(incident, rule)
        if clock is None or clock.done_at is None:
            raise ClockError("clock-not-done", "this duty is not said to be done")
        clock.done_at, clock.by = None, ""
        clock.save(update_fields=("done_at", "by"))
        add_entry(actor, incident, UNDONE, timezone.now(), rule)
    return clock, True


def left(clock: Clock, now: datetime) -> timedelta:
    """What is left of a clock, negative when it is over; at its end it stands still."""
    return clock.due_at - (clock.done_at or now)


def running_clocks() -> list[Clock]:
    """Duties that are not done, of all incidents, the next one first."""
    return list(Clock.objects.filter(done_at=None).select_related("incident"))


def _latest(incident: Incident, rule: str) -> Clock | None:
    """The clock of this rule that runs, or else the last one that did."""
    Incident.objects.select_for_update().get(pk=incident.pk)  # of two who start one, one waits
    found = Clock.objects.filter(incident=incident, rule=rule)
    return max(found, key=lambda one: (one.done_at is None, one.known_at), default=None)


def _needs_another(clock: Clock, rule: Rule, known_at: datetime) -> bool:
    if clock.done_at is None or not rule.again or known_at == clock.known_at:
        return False
    if known_at < clock.known_at:
        raise ClockError("clock-before", "a new finding is known later than the last one was")
    return True


def _not_ahead(at: datetime) -> None:
    if at > timezone.now() + _AHEAD:
        raise ClockError("moment", "the moment is in the future: give the real one")


def _rule(rule: str) -> Rule:
    if rule not in rules():
        raise ClockError("clock-rule", "give one of these clocks: " + ", ".join(rules()))
    return rules()[rule]
