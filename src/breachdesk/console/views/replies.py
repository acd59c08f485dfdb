"""Prepared replies: what agents begin with, written by a lead."""

from dataclasses import fields
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console._replies import MOST_TEXT, MOST_TITLE
from breachdesk.console.errors import Refused
from breachdesk.console.models import PreparedReply
from breachdesk.console.views._answers import field, number, to

_NAMES = tuple(one.name for one in fields(services.ReplyWords))
_MOST_ID, _MOST_VERSION = (1 << 62), (1 << 31) - 1


@may("reply.prepare")
@require_safe
def replies(request: HttpRequest, language: str) -> HttpResponse:
    """All, and an empty form."""
    return _list(request)


@may("reply.prepare")
@require_safe
def reply(request: HttpRequest, language: str, reply_id: int) -> HttpResponse:
    """One, to be changed."""
    return _one(request, reply_id)


@may("reply.prepare")
@require_POST
def change(request: HttpRequest, language: str) -> HttpResponse:
    """Add, change or remove one. Refused, the form comes back with what was typed."""
    known = None
    try:
        known = number(field(request, "reply"), _MOST_ID)
        _do(request, known)
    except Refused as refused:
        if refused.reason == "gone":
            raise Http404 from None
        if known is None:
            return _list(request, refused.reason)
        return _one(request, known, refused.reason)
    return to(language, "replies/")


def _do(request: HttpRequest, known: int | None) -> None:
    actor = actor_of(request)
    version = number(field(request, "version"), _MOST_VERSION) or 0
    if known is not None and field(request, "act") == "remove":
        services.remove_reply(actor, known, version)
        return
    words = services.ReplyWords(*(field(request, name) for name in _NAMES))
    if known is None:
        services.add_reply(actor, words)
    else:
        services.change_reply(actor, known, words, version)


def _list(request: HttpRequest, refused: str = "") -> HttpResponse:
    rows = list(PreparedReply.objects.select_related("by"))
    context = {"rows": rows, "words": _typed(request) if refused else {}}
    return _shown(request, "console/replies.html", context, refused)


def _one(request: HttpRequest, reply_id: int, refused: str = "") -> HttpResponse:
    """After a refusal the version is still the one that was read, so that it is refused again."""
    found = PreparedReply.objects.filter(pk=reply_id).first()
    if found is None:
        raise Http404
    words: dict[str, Any] = {name: getattr(found, name) for name in _NAMES}
    context = {"reply": found, "words": words, "version": found.version}
    if refused:
        context |= {"words": _typed(request), "version": field(request, "version")}
    return _shown(request, "console/reply.html", context, refused)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _NAMES}


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], refused: str
) -> HttpResponse:
    context |= {"refused": refused, "most_title": MOST_TITLE, "most_text": MOST_TEXT}
    return render(request, template, context, status=409 if refused else 200)
