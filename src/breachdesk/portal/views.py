"""The public pages. A view gathers what a template shows, and decides nothing."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from breachdesk.portal import services
from breachdesk.portal._checking import form_fields, tasks
from breachdesk.portal._fields import CODE
from breachdesk.portal._questions import questions
from breachdesk.site import bundle

_SECONDS_IN_CACHES = 60


def _page(request: HttpRequest, template: str, **values: Any) -> HttpResponse:
    """Render a page that is the same for everybody, so that any cache may carry the crowd."""
    service = settings.SERVICE
    desk = services.desk(settings.RELEASES, service.log, service.timestamps)
    asked = questions(desk.lookups, service.channels)
    context = {
        "desk": desk,
        "incident": desk.newest,
        "questions": asked,
        "ways": tuple(dict.fromkeys(way for one in asked for way in one.ways)),
        "open_questions": tuple(one for one in asked if one.open),
        "by_code": next((one for one in asked if not one.open), None),
        "fields": form_fields(asked),
        "code_field": CODE,
        "tasks": tasks(desk.incidents or desk.known),
        "service": service,
        "address": request.build_absolute_uri("/"),
        "bundle": bundle(),
        **values,
    }
    response = render(request, f"portal/{template}.html", context)
    response["Cache-Control"] = f"public, max-age={_SECONDS_IN_CACHES}"
    return response


@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Say what leaked, and let the visitor check it on the spot."""
    return _page(request, "home", checks=True)


@require_safe
def how(request: HttpRequest, language: str) -> HttpResponse:
    """Say how the check works, how to see it, and what it does not prove."""
    return _page(request, "how")


@require_safe
def releases(request: HttpRequest, language: str) -> HttpResponse:
    """List every release there has been, from the log."""
    return _page(request, "releases")


@require_safe
def privacy(request: HttpRequest, language: str) -> HttpResponse:
    """Say what these pages learn about a visitor, which is next to nothing."""
    return _page(request, "privacy")


@require_safe
def advice(request: HttpRequest, language: str) -> HttpResponse:
    """Say what to do about each thing that leaked, and who helps."""
    return _page(request, "help")


@require_safe
def contact(request: HttpRequest, language: str) -> HttpResponse:
    """Say how to ask without the web."""
    return _page(request, "contact")
