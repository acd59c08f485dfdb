"""The audit log and the accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import _accounts, _ledger
from breachdesk.console._access import actor_of, may
from breachdesk.console._policy import ROLES
from breachdesk.console.errors import LedgerError, StaffError
from breachdesk.console.views._answers import field, to

_PAGE = 100


@may("audit.see")
@require_safe
def audit(request: HttpRequest, language: str, before: int | None = None) -> HttpResponse:
    """Who did what, the latest first. Reading the log proves nothing: `audit verify` does."""
    try:
        rows, broken = _ledger.last(_PAGE, before), None
    except LedgerError as error:
        rows, broken = [], error.number
    context = {"rows": rows, "broken": broken, "next": rows[-1].number if rows else None}
    return render(request, "console/audit.html", context)


@may("staff.manage")
@require_safe
def staff(request: HttpRequest, language: str) -> HttpResponse:
    """The accounts."""
    return _shown(request)


@may("staff.manage")
@require_POST
def change(request: HttpRequest, language: str) -> HttpResponse:
    """Another role, or in and out."""
    actor, name, act = actor_of(request), field(request, "name"), field(request, "act")
    try:
        if name == actor.name:
            return _shown(request, "own-account")
        if act == "role":
            _accounts.set_role(name, field(request, "role"), actor=actor)
        elif act in ("let-in", "shut-out"):
            _accounts.set_active(name, active=act == "let-in", actor=actor)
    except StaffError:
        return _shown(request, "gone")
    return to(language, "staff/")


def _shown(request: HttpRequest, refused: str = "") -> HttpResponse:
    context = {"members": _accounts.members(), "roles": ROLES, "refused": refused}
    return render(request, "console/staff.html", context, status=409 if refused else 200)
