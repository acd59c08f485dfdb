"""The board, files of it, and figures for the regulator."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console._duties import Duty
from breachdesk.console._parts import in_use
from breachdesk.console._spans import clock, spoken

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may("board.see")
@require_safe
def board(request: HttpRequest, language: str) -> HttpResponse:
    """The work as it stands; for who has to act on them, the legal clocks that run."""
    shown = {
        "board": in_use().boards.get(),
        "duties": _duties(request, language, timezone.now()),
    }
    return render(request, "console/board.html", shown)


@may("board.see")
@require_safe
def live(request: HttpRequest, language: str) -> HttpResponse:
    """The numbers of the board that change while one looks, and of when they are."""
    found = in_use().boards.get()
    names = ("waiting", "with_person", "broken", "at_risk", "recovery")
    numbers = {name: getattr(found, name) for name in names}
    running = _duties(request, language, timezone.now()) or ()
    return JsonResponse(
        {
            **numbers,
            "counted": clock(found.now),
            **{f"duty-{one.id}": spoken(language, one.left) for one in running},
        }
    )


@may("board.export")
@require_POST
def as_csv(request: HttpRequest, language: str) -> HttpResponse:
    """All cases, for a spreadsheet."""
    return _file(services.as_csv(actor_of(request)), "text/csv; charset=utf-8", "cases.csv")


@may("board.export")
@require_POST
def as_xlsx(request: HttpRequest, language: str) -> HttpResponse:
    """The same as a workbook."""
    return _file(services.as_xlsx(actor_of(request)), _WORKBOOK, "cases.xlsx")


@may("figures.see")
@require_safe
def figures(request: HttpRequest, language: str) -> HttpResponse:
    """Counts of the whole, small ones hidden."""
    found = services.figures()
    rows = list(zip((*found.kinds, ""), found.table, (*found.loss, None), strict=True))
    return render(request, "console/figures.html", {"figures": found, "rows": rows})


def _duties(request: HttpRequest, language: str, now: datetime) -> list[Duty] | None:
    """None for a role that does not see them."""
    actor = actor_of(request)
    return services.duties(actor, language, now) if actor.may("duty.see") else None


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
