"""Versions of an incident: what an incident file says becomes what the register says."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from breachdesk.incident import CHANNELS as CHANNEL_CODES
from breachdesk.incident import Incident as Described
from breachdesk.incidents._actor import Actor
from breachdesk.incidents.errors import UnknownIncidentError, WrongChangeError
from breachdesk.incidents.models import (
    AMENDED,
    DISCOVERED,
    ENTRY_KINDS,
    NOTIFIED,
    SOURCE_LENGTH,
    Channel,
    Entry,
    Incident,
    Statement,
    Version,
)

#: Begins the source of what stands in the timeline because a file says so.
FROM_FILE: Final = "incident file "


def take(actor: Actor, described: Described, source: str) -> tuple[Version, bool]:
    """A new version, unless it is the one in force; whether it is new.

    What the file says of channels, statements, discovery and notice is brought up to date beside
    it; `source` is that of the timeline. Raises `WrongChangeError` for a number that another
    incident has.
    """
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


def current(incident: Incident) -> Version | None:
    """The version in force, None before the first."""
    return Version.objects.filter(incident=incident).order_by("-number").first()


def in_force(incident: Incident) -> Version:
    """The version in force. Raises `UnknownIncidentError`."""
    version = current(incident)
    if version is None:
        raise UnknownIncidentError("this incident has no version yet: import its file")
    return version


def add_entry(actor: Actor, incident: Incident, kind: str, at: datetime, source: str) -> Entry:
    """A line of the timeline. Raises `WrongChangeError`."""
    if kind not in ENTRY_KINDS:
        raise WrongChangeError("give one of these kinds: " + ", ".join(ENTRY_KINDS))
    if at > timezone.now() + timedelta(minutes=5):
        raise WrongChangeError("the moment is in the future: give the one at which it happened")
    if not source.strip() or len(source) > SOURCE_LENGTH:
        raise WrongChangeError(f"say how it is known, in at most {SOURCE_LENGTH} characters")
    return Entry.objects.create(
        incident=incident, kind=kind, at=at, source=source, author=actor.name
    )


def _incident(described: Described) -> Incident:
    other = Incident.objects.filter(number=described.number).exclude(slug=described.id).first()
    if other is not None:
        raise WrongChangeError(
            f'number {described.number} is that of the incident "{other.slug}": give this one '
            "another number"
        )
    incident, made = Incident.objects.select_for_update().get_or_create(
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
            add_entry(actor, incident, kind, at, source)
    if last is not None:
        add_entry(actor, incident, AMENDED, timezone.now(), source)
