"""What happened, as the register tells it to everybody: no form, no script, nothing of a person."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from breachdesk.desk._pages import page
from breachdesk.incident import CHANNELS
from breachdesk.incidents.errors import UnknownIncidentError
from breachdesk.incidents.models import Incident
from breachdesk.incidents.services import find, public


@require_safe
def incidents(request: HttpRequest, language: str) -> HttpResponse:
    """The list, or the one there is."""
    slugs = list(Incident.objects.exclude(versions=None).values_list("slug", flat=True))
    if len(slugs) != 1:
        return page(request, "incidents")
    return page(request, "incident", **_told(slugs[0], language))


@require_safe
def incident(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """One of them."""
    return page(request, "incident", **_told(slug, language))


@require_safe
def statements(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """All that was ever said of it, the newest first."""
    return page(request, "statements", **_told(slug, language))


def _told(slug: str, language: str) -> dict[str, Any]:
    try:
        found = public(find(slug), language)
    except UnknownIncidentError:
        raise Http404 from None
    channels = found.described.channels
    return {
        "one": found,
        "uses": [CHANNELS[code] for code in channels.uses],
        "never": [CHANNELS[code] for code in channels.never],
    }
