"""Every address says who may use it; one that says nothing is used by nobody.

A view carries `access`: the name of an act of the policy, ANYBODY (no sign-in: the way in itself)
or ENROLLING (name and password were right, and the second factor is being set up).
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from breachdesk.console._policy import ACTS, Actor
from breachdesk.console.models import StaffMember
from breachdesk.site import language_of

ANYBODY: Final = "anybody"
ENROLLING: Final = "enrolling"

View = TypeVar("View", bound=Callable[..., Any])
Answer = Callable[[HttpRequest], HttpResponse]


def may(act: str) -> Callable[[View], View]:
    """Declare that the roles of an act may use a view."""
    if act not in ACTS:
        raise ImproperlyConfigured(f"{act} is no act of the policy")
    return _declare(act)


def anybody(view: View) -> View:
    """Declare that a view needs no sign-in."""
    return _declare(ANYBODY)(view)


def enrolling(view: View) -> View:
    """Declare that a view is for who has a password and no second factor yet, or who has both."""
    return _declare(ENROLLING)(view)


def _declare(access: str) -> Callable[[View], View]:
    def declared(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # a function takes attributes
        return view

    return declared


class AccessMiddleware:
    """Looks at the declaration before a view runs. `request.actor` is there afterwards."""

    def __init__(self, get_response: Answer) -> None:
        """As Django makes it."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; nothing of the console is kept by a browser or a proxy."""
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """None lets the view run."""
        access = getattr(view, "access", None)
        if access is None:
            raise ImproperlyConfigured("a view of the console does not say who may use it")
        if access == ANYBODY:
            return None
        user = request.user
        if not user.is_authenticated:
            return _to(request, "sign-in/")
        member = StaffMember.of(user)
        if member is None:
            return _refused(request)
        verified = bool(user.is_verified())  # type: ignore[attr-defined]  # django-otp's middleware
        if access == ENROLLING and (verified or not member.has_factor):
            request.actor = member.actor  # type: ignore[attr-defined]  # for views
            return None
        if not verified:
            return _to(request, "sign-in/second/" if member.has_factor else "account/")
        request.actor = member.actor  # type: ignore[attr-defined]  # for views
        return None if access == ENROLLING or member.actor.may(access) else _refused(request)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks. Only in a view that is not for anybody."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set above
    return actor


def _to(request: HttpRequest, path: str) -> HttpResponse:
    return HttpResponseRedirect(f"/{language_of(request)}/{path}")


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "console/refused.html", {"reason": "not-allowed"}, status=403)
