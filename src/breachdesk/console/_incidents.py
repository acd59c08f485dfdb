"""The register at the console: everybody who works cases reads it, a lead writes."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.incident import Incident as Described
from breachdesk.incidents import services as register
from breachdesk.incidents.errors import (
    ChangedMeanwhileError,
    UnknownIncidentError,
    WrongChangeError,
)
from breachdesk.incidents.models import (
    AMENDED,
    CONTAINED,
    DISCOVERED,
    NOTIFIED,
    OTHER,
    SOURCE_LENGTH,
    Entry,
    Incident,
    Version,
)

#: What a lead writes down. Releases and duties that are done stand there by themselves.
WRITTEN: Final = (DISCOVERED, CONTAINED, NOTIFIED, AMENDED, OTHER)


def known_incidents(actor: Actor) -> list[tuple[Incident, Described]]:
    """All that have a version, the newest first."""
    permit(actor, "incident.see")
    found = []
    for incident in Incident.objects.order_by("-number"):
        with suppress(UnknownIncidentError):
            found.append((incident, register.describe(incident)))
    return found


def incident_of(actor: Actor, slug: str) -> tuple[Incident, Version, Described]:
    """One, with its version in force. Raises Refused as `gone`."""
    permit(actor, "incident.see")
    try:
        incident = register.find(slug)
        described = register.describe(incident)
    except UnknownIncidentError:
        raise Refused("gone") from None
    version = register.current(incident)
    if version is None:
        raise Refused("gone")
    return incident, version, described


def add_event(actor: Actor, slug: str, kind: str, at: datetime, source: str) -> None:
    """A line of the timeline; pressed twice it is one. Raises Refused: `kind`, `moment`, `empty`,
    `too-long`, `gone`."""
    permit(actor, "incident.revise")
    source = _source(source)
    if kind not in WRITTEN:
        raise Refused("kind")
    if at > timezone.now():
        raise Refused("moment")
    incident = incident_of(actor, slug)[0]
    with transaction.atomic():
        Incident.objects.select_for_update().get(pk=incident.pk)
        if Entry.objects.filter(incident=incident, kind=kind, at=at, source=source).exists():
            return
        made = register.add_entry(actor.at_desk, incident, kind, at, source)
        _ledger.record(actor, "incident.event", incident=slug, kind=kind, entry=made.pk)


def preview(
    actor: Actor, slug: str, read: int, changes: register.Changes, source: str
) -> Described:
    """What would be published. `source` says in public what changed, and how that is known.

    Raises Refused: `incident-changed` where another version is in force than the one that was read,
    `unchanged`, `incident-words`, `empty`, `too-long`, `gone`.
    """
    permit(actor, "incident.revise")
    _source(source)
    _incident, version, described = incident_of(actor, slug)
    if version.number != read:
        raise Refused("incident-changed")
    if changes == register.changes_of(described):
        raise Refused("unchanged")
    try:
        return register.revised(version.text, changes, slug)
    except WrongChangeError:
        raise Refused("incident-words") from None


def publish(actor: Actor, slug: str, read: int, changes: register.Changes, source: str) -> int:
    """Put it in force as a new version, whose number is returned; pressed twice it is one.

    Raises Refused as `preview`.
    """
    permit(actor, "incident.revise")
    incident, version, described = incident_of(actor, slug)
    mine = version.number == read + 1 and version.author == actor.at_desk.name
    if mine and changes == register.changes_of(described):
        return version.number
    preview(actor, slug, read, changes, source)
    try:
        with transaction.atomic():
            said = _source(source)
            made = register.revise(actor.at_desk, incident, read, changes, said)
            _ledger.record(actor, "incident.revised", incident=slug, version=made.number)
    except ChangedMeanwhileError:
        raise Refused("incident-changed") from None
    return made.number


def _source(text: str) -> str:
    found = text.strip()
    if not found:
        raise Refused("empty")
    if len(found) > SOURCE_LENGTH:
        raise Refused("too-long")
    return found
