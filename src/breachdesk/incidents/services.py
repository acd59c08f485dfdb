"""What changes the register. Each action takes the actor first, and writes who did it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from breachdesk.incident import CHANNELS as CHANNEL_CODES
from breachdesk.incident import Incident as Described
from breachdesk.incident import parse
from breachdesk.incidents._actor import Actor
from breachdesk.incidents._releases import record_releases
from breachdesk.incidents._rules import Rule, rules
from breachdesk.incidents.errors import UnknownIncidentError, WrongChangeError
from breachdesk.incidents.models import (
    AMENDED,
    DISCOVERED,
    ENTRY_KINDS,
    NOTIFIED,
    Channel,
    Clock,
    Entry,
    Incident,
    Statement,
    Version,
)

__all__ = [
    "Rule",
    "add_entry",
    "current",
    "describe",
    "export_text",
    "find",
    "finish_clock",
    "import_text",
    "left",
    "record_releases",
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
    described = parse(text, source)
    now = timezone.now()
    with transaction.atomic():
        incident = _incident(described)
        last = current(incident)
        if last is not None and last.text == described.source_text:
            return last, False
        version = Version.objects.create(
            incident=incident,
            number=1 if last is None else last.number + 1,
            text=described.source_text,
            valid_from=now,
            author=actor.name,
        )
        _write_channels(incident, described)
        _write_statements(actor, incident, described, now)
        _write_timeline(actor, incident, described, last, source)
    return version, True


def export_text(incident: Incident) -> str:
    """The incident file in force, byte for byte as it was imported."""
    return _in_force(incident).text


def describe(incident: Incident) -> Described:
    """The incident in force, as the rest of Breachdesk sees it."""
    return parse(_in_force(incident).text, incident.slug)


def find(slug: str) -> Incident:
    """By its id. Raises `UnknownIncidentError`."""
    incident = Incident.objects.filter(slug=slug).first()
    if incident is None:
        raise UnknownIncidentError(
            f'the register has no incident "{slug}": import its file with `breachdesk incident '
            "import`, or see which there are with `breachdesk incident show`"
        )
    return incident


def current(incident: Incident) -> Version | None:
    """The version in force, None before the first."""
    return Version.objects.filter(incident=incident).order_by("-number").first()


def add_entry(actor: Actor, incident: Incident, kind: str, at: datetime, source: str) -> Entry:
    """A line of the timeline. Raises `WrongChangeError`."""
    if kind not in ENTRY_KINDS:
        raise WrongChangeError("give one of these kinds: " + ", ".join(ENTRY_KINDS))
    if at > timezone.now() + timedelta(minutes=5):
        raise WrongChangeError("the moment is in the future: give the one at which it happened")
    return Entry.objects.create(
        incident=incident, kind=kind, at=at, source=source, author=actor.name
    )


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


def _in_force(incident: Incident) -> Version:
    version = current(incident)
    if version is None:
        raise UnknownIncidentError("this incident has no version yet: import its file")
    return version


def _rule(rule: str) -> Rule:
    if rule not in rules():
        raise WrongChangeError("give one of these clocks: " + ", ".join(rules()))
    return rules()[rule]


def _incident(described: Described) -> Incident:
    other = Incident.objects.filter(number=described.number).exclude(slug=described.id).first()
    if other is not None:
        raise WrongChangeError(
            f'number {described.number} is that of the incident "{other.slug}": give this one '
            "another number"
        )
    incident, made = Incident.objects.get_or_create(
        slug=described.id, defaults={"number": described.number}
    )
    if not made and incident.number != described.number:
        raise WrongChangeError(
            f"the number of this incident is {incident.number}, and does not change: correct "
            "`number` in the file"
        )
    return incident


def _write_channels(incident: Incident, described: Described) -> None:
    Channel.objects.filter(incident=incident).delete()
    said = {
        **dict.fromkeys(described.channels.uses, True),
        **dict.fromkeys(described.channels.never, False),
    }
    Channel.objects.bulk_create(
        Channel(incident=incident, code=code, uses=said[code])
        for code in CHANNEL_CODES
        if code in said
    )


def _write_statements(
    actor: Actor, incident: Incident, described: Described, now: datetime
) -> None:
    for language in ("ko", "en"):
        text = described.statement.in_language(language)
        mine = Statement.objects.filter(incident=incident, language=language)
        last = mine.order_by("-version").first()
        if last is None or last.text != text:
            Statement.objects.create(
                incident=incident,
                language=language,
                version=1 if last is None else last.version + 1,
                text=text,
                author=actor.name,
                at=now,
            )


def _write_timeline(
    actor: Actor, incident: Incident, described: Described, last: Version | None, source: str
) -> None:
    """Days of the file that the timeline does not have yet, and that the file was amended."""
    for kind, day in ((DISCOVERED, described.discovered), (NOTIFIED, described.notified)):
        if day is None:
            continue
        at = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        if not Entry.objects.filter(incident=incident, kind=kind, at=at).exists():
            add_entry(actor, incident, kind, at, f"incident file {source}")
    if last is not None:
        add_entry(actor, incident, AMENDED, timezone.now(), f"incident file {source}")
