"""What is answered where there is no page, or none that can be shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    response = render(request, "console/refused.html", {"reason": reason}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old, or not ours."""
    return _page(request, "form", 403)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for this role."""
    return _page(request, "not-allowed", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page or case."""
    return _page(request, "gone", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page failed."""
    return _page(request, "failed", 500)
