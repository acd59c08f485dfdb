"""The way in: name and password, then a code; or a passkey alone. And out."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from breachdesk.console import _accounts
from breachdesk.console._access import anybody
from breachdesk.console.errors import Refused
from breachdesk.console.models import StaffMember

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for name and password. Right ones lead on to the second factor, or to its setting up."""
    if request.method != "POST":
        return render(request, "console/sign_in.html")
    try:
        user = _accounts.sign_in(request.POST.get("name", ""), request.POST.get("password", ""))
    except Refused as refused:
        name = request.POST.get("name", "")
        context = {"refused": refused.reason, "name": name}
        return render(request, "console/sign_in.html", context, status=403)
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(f"/{language}/")


@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for the code of the second factor."""
    user = request.user
    member = StaffMember.of(user) if user.is_authenticated else None
    if member is None or not member.has_factor:
        return HttpResponseRedirect(f"/{language}/")
    if request.method != "POST":
        return render(request, "console/second.html")
    try:
        device = _accounts.second_factor(member.actor, member.user, request.POST.get("code", ""))
    except Refused as refused:
        return render(request, "console/second.html", {"refused": refused.reason}, status=403)
    otp_login(request, device)
    return HttpResponseRedirect(f"/{language}/")


@anybody
@require_POST
def leave(request: HttpRequest, language: str) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(f"/{language}/sign-in/")
