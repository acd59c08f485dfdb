"""One case: what it is, what the person wrote, what was done, and what can be done."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console._accounts import names, workers
from breachdesk.console._policy import Actor
from breachdesk.console._promise import left
from breachdesk.console.errors import Refused
from breachdesk.console.views._answers import field, to
from breachdesk.desk.models import Case, Event

_FORM_KEY_BYTES = 32
_TAILS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@may("case.list")
@require_safe
def case(request: HttpRequest, language: str, number: str) -> HttpResponse:
    """The case. Who may only list cases sees what stands in the clear."""
    return _shown(request, language, number)


@may("case.work")
@require_POST
def act(request: HttpRequest, language: str, number: str) -> HttpResponse:
    """Do one thing. Refused, the page is shown again with the reason and with what was typed."""
    try:
        _do(request, actor_of(request), number)
    except Refused as refused:
        if refused.reason == "gone":
            raise Http404 from None
        return _shown(request, language, number, refused=refused.reason)
    return to(language, f"cases/{number}/")


@may("case.work")
@require_POST
def receipt(request: HttpRequest, language: str, number: str) -> HttpResponse:
    """Another receipt, shown this once, to be read out to the person."""
    try:
        digits = services.new_receipt(actor_of(request), number)
    except Refused as refused:
        if refused.reason == "gone":
            raise Http404 from None
        return _shown(request, language, number, refused=refused.reason)
    return render(request, "console/receipt.html", {"number": number, "digits": digits})


@may("case.read")
@require_safe
def file(request: HttpRequest, language: str, number: str, name: str) -> HttpResponse:
    """A file, to be saved and never shown in the page's own origin."""
    try:
        media_type, content = services.read_one_file(actor_of(request), number, name)
    except Refused:
        raise Http404 from None
    response = HttpResponse(content, content_type=media_type)
    tail = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}.get(
        media_type, "bin"
    )
    response["Content-Disposition"] = f'attachment; filename="{number}-{name[:6]}.{tail}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _do(request: HttpRequest, actor: Actor, number: str) -> None:
    text, verb = request.POST.get("text", ""), field(request, "act")
    if verb in ("ask", "reply"):
        key = _form_key(request)
        (services.ask if verb == "ask" else services.reply)(actor, number, text, key)
    elif verb == "assign":
        services.assign(actor, number, field(request, "to"))
    elif verb in ("note", "summarise"):
        (services.note if verb == "note" else services.summarise)(actor, number, text)
    elif verb == "merge":
        services.merge(actor, number, field(request, "into"))
    elif verb == "draft":
        version = field(request, "version")
        services.save_draft(actor, number, text, int(version) if version.isdigit() else 0)
    elif verb in ("urgent", "not-urgent"):
        services.mark_urgent(actor, number, urgent=verb == "urgent")
    elif verb in _PLAIN:
        _PLAIN[verb](actor, number)
    else:
        raise Refused("empty")


_PLAIN = {
    "take": services.take,
    "resolve": services.resolve,
    "close": services.close,
    "reopen": services.reopen,
}


def _form_key(request: HttpRequest) -> bytes:
    """The random key of the form, so that a message sent twice is one message."""
    try:
        key = bytes.fromhex(field(request, "form_key"))
    except ValueError:
        key = b""
    if len(key) != _FORM_KEY_BYTES:
        raise Refused("form")
    return key


def _shown(request: HttpRequest, language: str, number: str, refused: str = "") -> HttpResponse:
    actor = actor_of(request)
    context: dict[str, Any] = {"refused": refused, "typed": request.POST if refused else {}}
    if actor.may("case.read"):
        try:
            found, context["content"] = services.read(actor, number)
        except Refused as error:
            if error.reason == "gone":
                raise Http404 from None
            found = _clear(number)
            context["unread"] = error.reason
    else:
        found = _clear(number)
    now = timezone.now()
    context |= {
        "case": found,
        "now": now,
        "left": left(found, now),
        "history": list(Event.objects.filter(case=found).order_by("-id")[:200]),
        "linked": services.linked(found),
        "duplicates": list(Case.objects.filter(merged_into=found)[:20]),
        "workers": workers() if actor.may("case.work") else [],
        "form_key": secrets.token_hex(_FORM_KEY_BYTES),
        "replies": services.prepared(language, found.language),
        "people": names(),
    }
    return render(request, "console/case.html", context, status=409 if refused else 200)


def _clear(number: str) -> Case:
    found = Case.objects.select_related("assigned_to").filter(number=number).first()
    if found is None:
        raise Http404
    return found
