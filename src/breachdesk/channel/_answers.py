"""Answers: headers that all carry, problems (RFC 9457), and the frame around every view."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse

from breachdesk.admission import Limited, StoreError, TokenRefused, client_address
from breachdesk.channel._parts import NO_RELEASE, Parts, in_use
from breachdesk.channel.errors import Refusal
from breachdesk.wire import (
    PROBLEM_CONTENT_TYPE,
    PROBLEMS,
    REQUEST_BODY_LIMIT,
    TOKEN_HEADER,
    problem_body,
)

logger = logging.getLogger("breachdesk.channel")

OCTETS: Final = "application/octet-stream"
JSON: Final = "application/json"
NO_STORE: Final = "no-store"
#: When to come back after a store of ours was out of reach.
STORE_RETRY: Final = 10
_PREFLIGHT_SECONDS: Final = "86400"

_NO_METHODS: Final = "OPTIONS"

View = Callable[..., HttpResponse]


def answer(body: bytes, kind: str, *, status: int = 200, cache: str = NO_STORE) -> HttpResponse:
    """A whole answer."""
    response = HttpResponse(body, status=status, content_type=kind)
    response["Cache-Control"] = cache
    return response


def problem(refusal: Refusal) -> HttpResponse:
    """The answer to a refused request. It says nothing of the body."""
    row = PROBLEMS[refusal.problem]
    response = answer(problem_body(row.name), PROBLEM_CONTENT_TYPE, status=row.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    if refusal.allow:
        response["Allow"] = refusal.allow
    return response


def serve(route: str, *methods: str) -> Callable[[View], View]:
    """Frame a view: methods, preflight, counts, and every failure as a problem.

    Without methods, every method reaches the view: it refuses whatever comes.

    A fault of ours is logged by its kind, never by its text, which might quote a request.
    """
    allow = ", ".join((*methods, _NO_METHODS))

    def decorate(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, **found: str) -> HttpResponse:
            parts = in_use()
            try:
                response = _dispatch(view, request, parts, allow, found)
            except Exception as error:  # noqa: BLE001 (everything is answered as a problem)
                refusal = _as_refusal(error, route)
                parts.metrics.requests[route, refusal.problem].inc()
                return problem(refusal)
            parts.metrics.requests[route, "ok"].inc()
            return response

        return framed

    return decorate


def admit(request: HttpRequest, parts: Parts) -> None:
    """Count the request for its client's address and network, before anything else is done."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").encode("latin-1")
    peer = request.META.get("REMOTE_ADDR", "")
    parts.clients.hit(client_address(peer, [forwarded], parts.proxies))


def spend_token(request: HttpRequest, parts: Parts) -> None:
    """Take the proof of work of PROTOCOL section 10.1."""
    given = request.headers.get(TOKEN_HEADER)
    header = None if given is None else given.encode("latin-1")
    parts.tokens.spend(header, "channel", parts.epoch, NO_RELEASE)


def body_of(request: HttpRequest) -> bytes:
    """The body of a POST, once its type and length are right."""
    if request.content_type != JSON:
        raise Refusal("unsupported-media-type")
    if len(request.body) > REQUEST_BODY_LIMIT:
        raise Refusal("too-large")
    return request.body


def _dispatch(
    view: View, request: HttpRequest, parts: Parts, allow: str, found: dict[str, Any]
) -> HttpResponse:
    method = request.method or ""
    if allow == _NO_METHODS:
        return view(request, parts, **found)
    if method == "OPTIONS":
        return _preflight(allow)
    if method not in allow.split(", "):
        raise Refusal("method-not-allowed", allow=allow)
    return view(request, parts, **found)


def _preflight(allow: str) -> HttpResponse:
    """What a browser asks before it sends another origin's request."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    response["Allow"] = allow
    response["Access-Control-Allow-Methods"] = allow
    response["Access-Control-Allow-Headers"] = f"Content-Type, {TOKEN_HEADER}"
    response["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    return response


def _as_refusal(error: Exception, route: str) -> Refusal:
    """Limits that cannot count, and a database that is away, refuse."""
    match error:
        case Refusal():
            return error
        case Limited():
            return Refusal("too-many-requests", retry_after=error.retry_after)
        case TokenRefused():
            return Refusal("proof-of-work")
        case StoreError() | DatabaseFailure():
            logger.error("unavailable on route %s: %s", route, type(error).__name__)
            return Refusal("unavailable", retry_after=STORE_RETRY)
        case _:
            logger.error("internal error on route %s: %s", route, type(error).__name__)
            return Refusal("internal")
