"""What changes the register. Each action takes the actor first, and writes who did it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from breachdesk.incident import ITEMS, parse
from breachdesk.incident import Incident as Described
from breachdesk.incidents._actor import Actor
from breachdesk.incidents._public import Fulfilled, Happened, Public, public
from breachdesk.incidents._releases import record_releases
from breachdesk.incidents._revise import Changes, changes_of, revise, revised
from breachdesk.incidents._rules import Rule, rules
from breachdesk.incidents._versions import FROM_FILE, add_entry, current, in_force, take
from breachdesk.incidents.errors import UnknownIncidentError, WrongChangeError
from breachdesk.incidents.models import Clock, Incident, Version

__all__ = [
    "FROM_FILE",
    "Changes",
    "Fulfilled",
    "Happened",
    "Public",
    "Rule",
    "add_entry",
    "changes_of",
    "current",
    "describe",
    "export_text",
    "find",
    "finish_clock",
    "import_text",
    "item_names",
    "left",
    "public",
    "record_releases",
    "revise",
    "revised",
    "rules",
    "running_clocks",
    "start_clock",
]


def import_text(actor: Actor, text: str, source: str) -> tuple[Version, bool]:
    """Take an incident file in as a new version, unless it is the one in force; whether it is new.

    `source` names the file in messages and in the timeline. What the file says of channels,
    statements, discovery and notice is brought up to date beside it. Raises
    `incident.IncidentError`, `WrongChangeError` for a number that another incident has.
    """
    return take(actor, parse(text, source), f"{FROM_FILE}{source}")


def export_text(incident: Incident) -> str:
    """The incident file in force: as it was imported, byte for byte, or with what was revised."""
    return in_force(incident).text


def describe(incident: Incident) -> Described:
    """The incident in force, as the rest of Breachdesk sees it."""
    return parse(in_force(incident).text, incident.slug)


def item_names(codes: Iterable[str], language: str) -> str:
    """What leaked, by the catalogue's names; a code that it no longer has stands for itself."""
    return ", ".join(
        ITEMS[code].label.in_language(language) if code in ITEMS else code for code in codes
    )


def find(slug: str) -> Incident:
    """By its id. Raises `UnknownIncidentError`."""
    incident = Incident.objects.filter(slug=slug).first()
    if incident is None:
        raise UnknownIncidentError(
            f'the register has no incident "{slug}": import its file with `breachdesk incident '
            "import`, or see which there are with `breachdesk incident show`"
        )
    return incident


def start_clock(actor: Actor, incident: Incident, rule: str, known_at: datetime) -> Clock:
    """Let a legal clock run from the moment of knowing, which the timeline then has too.

    An earlier moment moves it; a later one is refused: knowing cannot be undone. Raises
    `WrongChangeError`.
    """
    found = _rule(rule)
    if known_at > timezone.now() + timedelta(minutes=5):
        raise WrongChangeError("the moment of knowing is in the future: give the real one")
    with transaction.atomic():
        clock = Clock.objects.select_for_update().filter(incident=incident, rule=rule).first()
        if clock is not None and known_at > clock.known_at:
            raise WrongChangeError("this clock runs from an earlier moment already")
        clock = clock or Clock(incident=incident, rule=rule)
        clock.known_at, clock.due_at = known_at, known_at + found.time
        clock.save()
        add_entry(actor, incident, "other", known_at, f"clock {rule} runs from here")
    return clock


def finish_clock(actor: Actor, incident: Incident, rule: str, done_at: datetime) -> Clock:
    """The duty is done. Raises `WrongChangeError`."""
    _rule(rule)
    with transaction.atomic():
        clock = Clock.objects.select_for_update().filter(incident=incident, rule=rule).first()
        if clock is None:
            raise WrongChangeError("this clock does not run: start it first")
        if clock.done_at is not None:
            raise WrongChangeError("this duty was done before")
        if done_at < clock.known_at:
            raise WrongChangeError("it cannot be done before it was known")
        clock.done_at, clock.by = done_at, actor.name
        clock.save(update_fields=("done_at", "by"))
        add_entry(actor, incident, "reported", done_at, f"duty {rule} done")
    return clock


def left(clock: Clock, now: datetime) -> timedelta:
    """What is left of a clock, negative when it is over; at its end it stands still."""
    return clock.due_at - (clock.done_at or now)


def running_clocks() -> list[Clock]:
    """Duties that are not done, of all incidents, the next one first."""
    return list(Clock.objects.filter(done_at=None).select_related("incident"))


def _rule(rule: str) -> Rule:
    if rule not in rules():
        raise WrongChangeError("give one of these clocks: " + ", ".join(rules()))
    return rules()[rule]
