"""What a person does with his receipt: look, write, add files, take the report back."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from breachdesk.desk import services
from breachdesk.desk._form import KEY_HEX, NARRATIVE_LENGTH, new_key
from breachdesk.desk._pages import page
from breachdesk.desk.errors import CaseEndedError, FormUsedError, UnknownReceiptError
from breachdesk.desk.models import Attachment
from breachdesk.desk.services import GivenFile, Opened
from breachdesk.envelope import ReceiptError, normalise
from breachdesk.incidents import PERSON

_KEY = re.compile(rf"[0-9a-f]{{{KEY_HEX}}}")

Act = Callable[[Opened], dict[str, Any]]


def show(request: HttpRequest) -> HttpResponse:
    """The case of the receipt, or what is wrong with it."""
    return _with_case(request, lambda _opened: {})


def reply(request: HttpRequest) -> HttpResponse:
    """A message; what is wrong with it is said at its field."""

    def act(opened: Opened) -> dict[str, Any]:
        text = request.POST.get("text", "").strip()
        if not text:
            return {"wrong": "empty"}
        if len(text) > NARRATIVE_LENGTH:
            return {"wrong": "length", "text": text}
        services.reply(PERSON, opened, text, form_key=_form_key(request))
        return {"done": "reply"}

    return _with_case(request, act)


def files(request: HttpRequest) -> HttpResponse:
    """More files."""

    def act(opened: Opened) -> dict[str, Any]:
        refused = _attach(request, opened)
        return {"done": "files" if any(request.FILES.values()) else "", "refused": refused}

    return _with_case(request, act)


def withdraw(request: HttpRequest) -> HttpResponse:
    """Take it back, where that was ticked."""

    def act(opened: Opened) -> dict[str, Any]:
        if not request.POST.get("sure"):
            return {"unsure": True}
        services.withdraw(PERSON, opened)
        return {"done": "withdraw"}

    return _with_case(request, act)


def take_files(request: HttpRequest, digits: str) -> list[tuple[str, str]]:
    """Files that came with the report itself, once it is safe. Those that were refused, and why."""
    if not request.FILES:
        return []
    return _attach(request, services.open_by_receipt(digits))


def _with_case(request: HttpRequest, act: Act) -> HttpResponse:
    typed = request.POST.get("receipt", "")
    try:
        opened = services.open_by_receipt(typed)
    except (ReceiptError, UnknownReceiptError) as error:
        reason = "unknown" if isinstance(error, UnknownReceiptError) else "format"
        return page(request, "receipt", status=422, reason=reason, typed=typed)
    try:
        outcome = act(opened)
    except FormUsedError:
        outcome = {"wrong": "used"}
    except CaseEndedError:
        outcome = {"wrong": "ended"}
    return _case_page(request, opened, normalise(typed), outcome)


def _case_page(
    request: HttpRequest, opened: Opened, digits: str, outcome: dict[str, Any]
) -> HttpResponse:
    services.mark_read(PERSON, opened)
    opened.case.refresh_from_db()
    attachments = Attachment.objects.filter(case=opened.case)
    return page(
        request,
        "case",
        status=422 if "wrong" in outcome else 200,
        case=opened.case,
        digits=digits,
        texts=services.read_texts(opened.key, opened.case),
        messages=services.read_messages(opened.key, opened.case),
        attached=[(services.file_name(opened.key, one), one.size) for one in attachments],
        form_key=new_key(),
        **outcome,
    )


def _attach(request: HttpRequest, opened: Opened) -> list[tuple[str, str]]:
    given = [GivenFile(one.name or "", one.read()) for one in request.FILES.getlist("files")]
    results = services.attach(PERSON, opened, given, form_key=_form_key(request, b"files"))
    return [(one.name, reason) for one, reason in zip(given, results, strict=True) if reason]


def _form_key(request: HttpRequest, part: bytes = b"") -> bytes:
    """The random key of the form that was sent; a new one for a form without."""
    given = request.POST.get("form_key", "")
    return bytes.fromhex(given if _KEY.fullmatch(given) else new_key()) + part
