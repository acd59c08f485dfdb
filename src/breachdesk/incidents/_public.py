"""What everybody may read of an incident. Clocks that run, and who has to act, are not in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from breachdesk.incident import Incident as Described
from breachdesk.incident import parse
from breachdesk.incidents._rules import rules
from breachdesk.incidents._versions import FROM_FILE, in_force
from breachdesk.incidents.models import PUBLIC_KINDS, RELEASED, Clock, Entry, Incident, Statement

#: Who wrote a line down, without a name: a member of staff, or a command on the machine.
Role = Literal["staff", "system"]


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline. `source` is empty where the incident file is the source."""

    kind: str
    at: datetime
    source: str
    role: Role


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """A notice or report that the law asks for, and when it was done."""

    text: str
    article: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Public:
    """One incident in one language. `statements` has the newest first."""

    described: Described
    timeline: tuple[Happened, ...]
    statements: tuple[Statement, ...]
    releases: tuple[tuple[int, datetime], ...]
    fulfilled: tuple[Fulfilled, ...]


def public(incident: Incident, language: str) -> Public:
    """As the register stands. Raises `UnknownIncidentError` before the first version."""
    said = Statement.objects.filter(incident=incident, language=language).order_by("-version")
    released = Entry.objects.filter(incident=incident, kind=RELEASED).order_by("-at", "-id")
    told = Entry.objects.filter(incident=incident, kind__in=PUBLIC_KINDS)
    return Public(
        described=parse(in_force(incident).text, incident.slug),
        timeline=tuple(_happened(one) for one in told),
        statements=tuple(said),
        releases=tuple((one.release, one.at) for one in released if one.release is not None),
        fulfilled=_fulfilled(incident, language),
    )


def _happened(entry: Entry) -> Happened:
    from_file = entry.source.startswith(FROM_FILE)
    role: Role = "staff" if entry.author.startswith("staff:") else "system"
    return Happened(entry.kind, entry.at, "" if from_file else entry.source, role)


def _fulfilled(incident: Incident, language: str) -> tuple[Fulfilled, ...]:
    found = []
    for clock in Clock.objects.filter(incident=incident).order_by("done_at"):
        if clock.done_at is None:
            continue
        rule = rules()[clock.rule]
        text, article = (rule.ko, rule.article) if language == "ko" else (rule.en, rule.article_en)
        found.append(Fulfilled(text, article, clock.done_at))
    return tuple(found)
