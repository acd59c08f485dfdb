"""One's own second factors. The first is set up before anything else can be seen."""

import base64

import segno
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import devices_for_user
from django_otp import login as otp_login

from breachdesk.console import _accounts
from breachdesk.console._access import actor_of, enrolling
from breachdesk.console.errors import Refused


@enrolling
@require_safe
def account(request: HttpRequest, language: str) -> HttpResponse:
    """The factors that there are, and how to add one."""
    return render(request, "console/account.html", {"devices": _devices(request)})


@enrolling
@require_http_methods(["GET", "HEAD", "POST"])
def totp(request: HttpRequest, language: str) -> HttpResponse:
    """Set up an authenticator app: a picture to scan, the secret to type, a code that proves it."""
    user, refused = _user(request), ""
    if request.method == "POST":
        try:
            device = _accounts.confirm_totp(actor_of(request), user, request.POST.get("code", ""))
            if not request.user.is_verified():  # type: ignore[union-attr]  # django-otp's middleware
                otp_login(request, device)
            return HttpResponseRedirect(f"/{language}/account/")
        except Refused as error:
            refused = error.reason
    device = _accounts.begin_totp(user)
    secret = base64.b32encode(device.bin_key).decode()
    context = {
        "refused": refused,
        "picture": _picture(device.config_url),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
    }
    return render(request, "console/totp.html", context, status=403 if refused else 200)


@enrolling
@require_POST
def recovery(request: HttpRequest, language: str) -> HttpResponse:
    """New recovery codes, shown this once."""
    if not request.user.is_verified():  # type: ignore[union-attr]  # as above
        return HttpResponseRedirect(f"/{language}/account/")
    codes = _accounts.new_recovery_codes(actor_of(request), _user(request))
    return render(request, "console/recovery.html", {"codes": codes})


@enrolling
@require_POST
def remove(request: HttpRequest, language: str) -> HttpResponse:
    """Take a factor away."""
    try:
        _accounts.remove_factor(
            actor_of(request), _user(request), request.POST.get("device", "")[:200]
        )
    except Refused as refused:
        context = {"refused": refused.reason, "devices": _devices(request)}
        return render(request, "console/account.html", context, status=409)
    return HttpResponseRedirect(f"/{language}/account/")


def _devices(request: HttpRequest) -> list[tuple[str, str]]:
    """Persistent id and kind of each."""
    devices = devices_for_user(_user(request))
    return [(one.persistent_id, _accounts.factor_name(one)) for one in devices]


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a view of an account is for who is signed in")
    return user


def _picture(url: str) -> SafeString:
    """A QR code as SVG, dark on light in both colour schemes, so that any camera reads it."""
    svg = segno.make(url, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308 made here of squares
