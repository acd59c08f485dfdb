"""The register: what is known of each leak, and what a lead adds or revises."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console._accounts import names
from breachdesk.console._incidents import WRITTEN
from breachdesk.console._revision import (
    FIELDS,
    MOST_LINE,
    MOST_STATEMENT,
    changes_from,
    contact_rows,
    read,
    typed_of,
)
from breachdesk.console.errors import Refused
from breachdesk.console.views._answers import field, number, to
from breachdesk.incident import CHANNELS, CONTACT_KINDS
from breachdesk.incidents.models import SOURCE_LENGTH
from breachdesk.incidents.services import changes_of

_MOST_VERSION = (1 << 31) - 1


@may("incident.see")
@require_safe
def incidents(request: HttpRequest, language: str) -> HttpResponse:
    """All of them."""
    rows = services.known_incidents(actor_of(request))
    return render(request, "console/incidents.html", {"rows": rows})


@may("incident.see")
@require_safe
def incident(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """One: timeline, statements, channels, contacts, clocks."""
    return _shown(request, language, slug)


@may("incident.revise")
@require_POST
def event(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Write down what happened. Refused, the page is shown again with what was typed."""
    try:
        services.add_event(
            actor_of(request), slug, field(request, "kind"), _moment(request), field(request, "how")
        )
    except Refused as refused:
        return _shown(request, language, slug, refused.reason)
    return to(language, f"incidents/{slug}/")


@may("duty.time")
@require_POST
def clock(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Start a legal clock, move it, or say that its duty is done, or not. Refused, as `event`."""
    actor, rule, act = actor_of(request), field(request, "rule"), field(request, "act")
    change = services.finish_clock if act == "done" else services.start_clock
    try:
        if act == "undone":
            services.reopen_clock(actor, slug, rule)
        else:
            change(actor, slug, rule, _moment(request))
    except Refused as refused:
        return _shown(request, language, slug, refused.reason)
    return to(language, f"incidents/{slug}/#law-{rule}")


@may("incident.revise")
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """The form; what it would publish; and then the publishing."""
    if request.method != "POST":
        return _form(request, slug)
    typed, act = read(request.POST.dict()), field(request, "act")
    try:
        version = number(field(request, "version"), _MOST_VERSION) or 0
        if act == "change":
            return _form(request, slug, typed)
        changes = changes_from(typed)
        step = services.publish if act == "publish" else services.preview
        found = step(actor_of(request), slug, version, changes, typed["source"])
    except Refused as refused:
        return _form(request, slug, typed, refused.reason)
    if isinstance(found, int):
        return to(language, f"incidents/{slug}/")
    kept = {name: value for name, value in typed.items() if value}
    context = {"slug": slug, "described": found, "kept": kept, "version": version, "typed": typed}
    return render(request, "console/revise_preview.html", {**context, **_channels(found)})


def _shown(request: HttpRequest, language: str, slug: str, refused: str = "") -> HttpResponse:
    actor = actor_of(request)
    one, version, described = _found(request, slug)
    now = timezone.now()
    laws = services.laws(actor, slug, language, now) if actor.may("duty.see") else []
    context: dict[str, Any] = {
        "incident": one,
        "version": version,
        "described": described,
        "laws": laws,
        "now": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
        "timeline": list(one.entries.all()),
        "statements": list(one.statements.filter(language=language).order_by("-version")),
        "versions": list(one.versions.order_by("-number")),
        "people": names(),
        "kinds": WRITTEN,
        "most": SOURCE_LENGTH,
        "typed": request.POST if refused else {},
        "refused": refused,
        **_channels(described),
    }
    return render(request, "console/incident.html", context, status=409 if refused else 200)


def _form(
    request: HttpRequest, slug: str, typed: dict[str, str] | None = None, refused: str = ""
) -> HttpResponse:
    """After a refusal the version is still the one that was read, so that it is refused again."""
    _one, version, described = _found(request, slug)
    read_version = version.number if typed is None else field(request, "version")
    try:
        typed = typed_of(changes_of(described)) if typed is None else typed
    except Refused as found:
        typed, refused = dict.fromkeys(FIELDS, ""), found.reason
    context = {
        "described": described,
        "slug": slug,
        "version": read_version,
        "typed": typed,
        "channels": [(code, text, typed[f"channel_{code}"]) for code, text in CHANNELS.items()],
        "contacts": contact_rows(typed),
        "kinds": CONTACT_KINDS,
        "most_statement": MOST_STATEMENT,
        "most_line": MOST_LINE,
        "most": SOURCE_LENGTH,
        "refused": refused,
    }
    return render(request, "console/revise.html", context, status=409 if refused else 200)


def _found(request: HttpRequest, slug: str) -> Any:
    try:
        return services.incident_of(actor_of(request), slug)
    except Refused:
        raise Http404 from None


def _channels(described: Any) -> dict[str, Any]:
    return {
        "uses": [CHANNELS[code] for code in described.channels.uses],
        "never": [CHANNELS[code] for code in described.channels.never],
    }


def _moment(request: HttpRequest) -> datetime:
    """Day and time here. Raises Refused as `moment`."""
    try:
        found = datetime.fromisoformat(field(request, "at"))
    except ValueError:
        raise Refused("moment") from None
    return timezone.make_aware(found) if found.tzinfo is None else found
