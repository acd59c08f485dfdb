"""What the desk shows of the register: incidents as their files say them, and where to call."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from breachdesk.incident import HELP, HelpRoute, parse
from breachdesk.incident import Incident as Described
from breachdesk.incidents.models import Incident, Version

#: Whom to call while money moves: the police stop payments with the banks.
URGENT_ROUTES = ("police", "phishing-centre", "bank")


@dataclass(frozen=True, slots=True)
class Known:
    """An incident of the register with its description in force."""

    id: int
    described: Described


def known_incidents() -> list[Known]:
    """All of them, the newest first."""
    found = []
    for incident in Incident.objects.order_by("-number"):
        version = Version.objects.filter(incident=incident).order_by("-number").first()
        if version is not None:
            found.append(Known(incident.id, _described(version.text, incident.slug)))
    return found


@lru_cache(maxsize=16)
def _described(text: str, slug: str) -> Described:
    """Every page needs it, and the text of a version does not change."""
    return parse(text, slug)


def urgent_routes(known: list[Known]) -> list[HelpRoute]:
    """Where to call at once."""
    help_ = known[0].described.help if known else HELP
    routes = (help_.get(name) for name in URGENT_ROUTES)
    return [route for route in routes if route is not None and route.phone]


def pages_url() -> str:
    """Where the check pages are, empty when not told."""
    return str(settings.PAGES_URL)
