"""What changes the register. Each action takes the actor first, and writes who did it."""

from collections.abc import Iterable

from breachdesk.incident import ITEMS, parse
from breachdesk.incident import Incident as Described
from breachdesk.incidents._actor import Actor
from breachdesk.incidents._clocks import (
    finish_clock,
    left,
    reopen_clock,
    running_clocks,
    start_clock,
)
from breachdesk.incidents._public import Fulfilled, Happened, Public, public
from breachdesk.incidents._releases import record_releases
from breachdesk.incidents._revise import Changes, changes_of, revise, revised
from breachdesk.incidents._rules import Rule, rules
from breachdesk.incidents._versions import FROM_FILE, add_entry, current, in_force, take
from breachdesk.incidents.errors import UnknownIncidentError
from breachdesk.incidents.models import Incident, Version

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
    "reopen_clock",
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
