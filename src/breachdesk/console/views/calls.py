"""The telephone on one screen: a call begins, is taken down, is proved ours, ends."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console._figures import REGIONS
from breachdesk.console.errors import Refused
from breachdesk.console.models import CALL_KINDS
from breachdesk.console.views._answers import day, field, number, to
from breachdesk.desk.models import (
    CALLER_ACCOUNT,
    CALLER_NUMBER,
    CALLER_TEXT,
    CONTACT,
    CONTACT_WISHES,
    KINDS,
    NARRATIVE,
    PHONE,
    SAFE_TIMES,
)
from breachdesk.desk.services import NewReport

_LOG = 12
_MOST_WON = 10**12
_MOST_TEXT = 8000
_SEALED = (NARRATIVE, CALLER_NUMBER, CALLER_ACCOUNT, CALLER_TEXT, SAFE_TIMES)
_FORM_KEY_BYTES = 32


@may("call.take")
@require_safe
def calls(request: HttpRequest, language: str) -> HttpResponse:
    """The screen."""
    return _screen(request)


@may("call.take")
@require_POST
def begin(request: HttpRequest, language: str) -> HttpResponse:
    """A call begins."""
    services.begin(actor_of(request), language)
    return to(language, "calls/")


@may("call.take")
@require_POST
def end(request: HttpRequest, language: str) -> HttpResponse:
    """A call is over."""
    try:
        services.end(actor_of(request), _call(request), field(request, "about"))
    except Refused as refused:
        return _screen(request, refused=refused.reason)
    return to(language, "calls/")


@may("call.take")
@require_POST
def report(request: HttpRequest, language: str) -> HttpResponse:
    """Take a report down; the receipt is shown once, to be read out."""
    try:
        taken = services.take_down(actor_of(request), _call(request), _report(request))
    except Refused as refused:
        return _screen(request, refused=refused.reason, typed=request.POST)
    return _screen(request, taken=taken)


@may("call.take")
@require_POST
def proof(request: HttpRequest, language: str) -> HttpResponse:
    """A code that the caller types on the desk's page."""
    try:
        code = services.prove(actor_of(request), _call(request), field(request, "phone_end"))
    except Refused as refused:
        return _screen(request, refused=refused.reason)
    return _screen(request, code=f"{code[:4]} {code[4:]}")


def _screen(request: HttpRequest, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "call": services.open_call(actor),
        "log": services.latest(actor, _LOG),
        "kinds": KINDS,
        "regions": REGIONS,
        "wishes": CONTACT_WISHES,
        "abouts": CALL_KINDS,
        "today": timezone.localdate(),
        "form_key": secrets.token_hex(_FORM_KEY_BYTES),
        **more,
    }
    return render(
        request, "console/calls.html", context, status=409 if more.get("refused") else 200
    )


def _call(request: HttpRequest) -> int:
    found = number(field(request, "call"), 1 << 62)
    if found is None:
        raise Refused("gone")
    return found


def _report(request: HttpRequest) -> NewReport:
    """Raises Refused: `kind`, `empty`, `date`, `number`, `too-long`, `contact`."""
    kind, region, wish = (field(request, name) for name in ("kind", "region", "contact_wanted"))
    if kind not in KINDS:
        raise Refused("kind")
    texts: dict[str, Any] = {name: value for name in _SEALED if (value := field(request, name))}
    if NARRATIVE not in texts:
        raise Refused("empty")
    if any(len(text) > _MOST_TEXT for text in texts.values()):
        raise Refused("too-long")
    contact = field(request, "contact")
    if wish in ("phone", "email") and not contact:
        raise Refused("contact")
    happened = day(field(request, "happened_on"))
    if happened is not None and happened > timezone.localdate():
        raise Refused("date")
    if contact:
        texts[CONTACT] = {wish if wish in ("phone", "email") else "phone": contact}
    return NewReport(
        form_key=_form_key(request),
        kind=kind,
        language="en" if field(request, "spoken") == "en" else "ko",
        channel=PHONE,
        region=region if region in REGIONS else "",
        happened_on=happened,
        loss_won=number(field(request, "loss_won"), _MOST_WON),
        bank_told=field(request, "bank_told") == "yes",
        police_told=field(request, "police_told") == "yes",
        scam_url=field(request, "scam_url")[:500],
        urgent=field(request, "urgent") == "yes",
        contact_wanted=wish if wish in CONTACT_WISHES else "receipt",
        texts=texts,
    )


def _form_key(request: HttpRequest) -> bytes:
    try:
        key = bytes.fromhex(field(request, "form_key"))
    except ValueError:
        key = b""
    if len(key) != _FORM_KEY_BYTES:
        raise Refused("form")
    return key
