"""Rendering: what all pages of the desk know, and the frame around what receives a form."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from breachdesk.admission import Limited, StoreError
from breachdesk.desk._gate import WORK_FIELD, gate
from breachdesk.desk._register import known_incidents, pages_url, urgent_routes

logger = logging.getLogger("breachdesk.desk")

View = Callable[..., HttpResponse]


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A page that no cache keeps."""
    known = known_incidents()
    context = {
        "known": known,
        "organisation": known[0].described.organisation if known else None,
        "urgent_routes": urgent_routes(known),
        "pages_url": pages_url(),
        **values,
    }
    response = render(request, f"desk/{template}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def receives(view: View) -> View:
    """A view that takes a form: POST only, counted first; a store that is away is told in words.

    What was sent stays in the page, so that it can be sent again.
    """

    @require_POST
    @wraps(view)
    def counted(request: HttpRequest, language: str) -> HttpResponse:
        try:
            gate().admit(request)
            return view(request, language)
        except Limited as limited:
            return _later(request, limited.retry_after, 429)
        except (StoreError, DatabaseFailure) as error:
            logger.error("unavailable: %s", type(error).__name__)  # noqa: TRY400 (it may quote)
            return _later(request, 10, 503)

    return counted


def _later(request: HttpRequest, seconds: int, status: int) -> HttpResponse:
    """Ask to press again, with everything that was sent kept in the page's own form. Its script
    solves a puzzle then, another one than may have come with it.

    It is rendered without what only the database knows, which may be away.
    """
    context = {
        "kept": [
            (name, value)
            for name, values in request.POST.lists()
            if name != WORK_FIELD
            for value in values
        ],
        "seconds": seconds,
        "sent_to": request.path,
        "urgent_routes": urgent_routes([]),
        "pages_url": pages_url(),
    }
    response = render(request, "desk/later.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(seconds)
    return response
