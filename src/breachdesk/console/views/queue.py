"""The queue, many cases at once, and the search."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, anybody, may
from breachdesk.console._accounts import workers
from breachdesk.console._figures import REGIONS
from breachdesk.console._queue import PAGE, VIEWS
from breachdesk.console._search import PAGE as FOUND_PAGE
from breachdesk.console.errors import Refused
from breachdesk.console.views._answers import day, field, number, to
from breachdesk.desk.models import KINDS, STATES
from breachdesk.site import language_of

_MOST_PAGES = 10_000

#: Where each act leads who comes to the console: the first that the role may.
_FIRST = (
    ("case.list", "queue/"),
    ("board.see", "board/"),
    ("figures.see", "figures/"),
    ("own", "account/"),
)


@anybody
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """In the language that the browser asks for."""
    return HttpResponseRedirect(f"/{language_of(request)}/")


@may("own")
@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """The first page of the role."""
    actor = actor_of(request)
    return to(language, next(path for act, path in _FIRST if actor.may(act)))


@may("case.list")
@require_safe
def queue(request: HttpRequest, language: str, view: str = "", page: int = 0) -> HttpResponse:
    """Who waits, the most pressing first."""
    actor = actor_of(request)
    view = view or ("free" if actor.may("case.work") else "all")
    if view not in VIEWS or page > _MOST_PAGES:
        raise Http404
    rows = services.queue(actor, view, page)
    context = {
        "view": view,
        "views": list(services.counts(actor).items()),
        "rows": rows[:PAGE],
        "page": page,
        "more": len(rows) > PAGE,
        "now": timezone.now(),
        "workers": workers() if actor.may("case.bulk") else [],
    }
    return render(request, "console/queue.html", context)


@may("case.bulk")
@require_POST
def bulk(request: HttpRequest, language: str) -> HttpResponse:
    """One act on the cases that were ticked; what was not done is said, case by case."""
    actor = actor_of(request)
    try:
        left = services.bulk(
            actor, request.POST.getlist("case")[:500], field(request, "act"), field(request, "to")
        )
    except Refused as refused:
        context = {"reason": refused.reason, "back": "queue/"}
        return render(request, "console/refused.html", context, status=409)
    if not left:
        return to(language, "queue/")
    return render(request, "console/bulk.html", {"left": sorted(left.items())}, status=409)


@may("case.list")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, language: str) -> HttpResponse:
    """Find cases. The question comes as a form, so that it stands in no address and no history."""
    context = {
        "kinds": KINDS,
        "states": STATES,
        "regions": REGIONS,
        "asked": request.POST,
        "now": timezone.now(),
    }
    status = 200
    if request.method == "POST":
        try:
            found = services.find(_query(request))
            context |= {"found": found[:FOUND_PAGE], "more": len(found) > FOUND_PAGE}
        except Refused as refused:
            context["refused"], status = refused.reason, 400
    return render(request, "console/search.html", context, status=status)


def _query(request: HttpRequest) -> services.Query:
    kind, state, region = (field(request, name) for name in ("kind", "state", "region"))
    return services.Query(
        text=field(request, "text")[:200],
        kind=kind if kind in KINDS else "",
        state=state if state in STATES else "",
        region=region if region in REGIONS else "",
        first=day(field(request, "first")),
        last=day(field(request, "last")),
        before=number(field(request, "before"), 1 << 62),
    )
