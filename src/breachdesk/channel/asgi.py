"""The channel service as an ASGI application: a bounded body first, then Django in a thread.

Django's own ASGI handler would write an endless body to a temporary file before anything looked at
it. Here a body is read up to its limit, in time, and kept in memory only.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final, cast

from asgiref.wsgi import WsgiToAsgiInstance
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_started
from django.http import HttpResponse

from breachdesk.wire import PROBLEM_CONTENT_TYPE, PROBLEMS, REQUEST_BODY_LIMIT, problem_body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Head = tuple[int, list[tuple[bytes, bytes]]]

logger = logging.getLogger("breachdesk.channel")

#: Each holds one connection to the database.
_THREADS: Final = 8
#: Seconds in which a body must have arrived.
BODY_SECONDS: Final = 10.0


class ChannelApp:
    """The ASGI callable of one process."""

    def __init__(self, body_seconds: float = BODY_SECONDS) -> None:
        """Django must be set up, and `_parts.use` called."""
        self._handler = WSGIHandler()
        self._threads = ThreadPoolExecutor(_THREADS, "channel")
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Never raises for what a client sends."""
        if scope["type"] != "http":
            raise TypeError("this application answers HTTP only")
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _read(receive)
        except TimeoutError:
            body = None
        if body is None:
            await _send(send, scope, *_problem("invalid-request"))
            return
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, self._answer, scope, body)
        except Exception as error:  # noqa: BLE001 (told by its kind: its text might quote a request)
            logger.error("internal error before any route: %s", type(error).__name__)  # noqa: TRY400
            answer = _problem("internal")
        await _send(send, scope, *answer)

    def _answer(self, scope: Scope, body: bytes) -> tuple[Head, bytes]:
        """Status, headers and content from Django. A body over the limit is one byte too long."""
        bridge = WsgiToAsgiInstance(self._handler, duplicate_header_limit=None)  # type: ignore[no-untyped-call]  # the library has no types
        bridge.scope = scope
        environ = bridge.build_environ(_without_query(scope), BytesIO(body))  # type: ignore[no-untyped-call]  # as above
        environ["CONTENT_LENGTH"] = str(len(body))
        # Both signals let Django drop connections to the database that are dead or old.
        request_started.send(sender=ChannelApp, environ=environ)
        response = cast(HttpResponse, self._handler.get_response(WSGIRequest(environ)))
        try:
            headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in response.items()
            ]
            return (response.status_code, headers), response.content
        finally:
            response.close()


async def _read(receive: Receive) -> bytes | None:
    """The body, or its first bytes over the limit. None when the client has gone."""
    body = b""
    while len(body) <= REQUEST_BODY_LIMIT:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body[: REQUEST_BODY_LIMIT + 1]


def _problem(name: str) -> tuple[Head, bytes]:
    """An answer of this layer's own; the connection is of no more use."""
    headers = [
        (b"content-type", PROBLEM_CONTENT_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    return (PROBLEMS[name].status, headers), problem_body(name)


async def _send(send: Send, scope: Scope, head: Head, content: bytes) -> None:
    status, headers = head
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else content
    await send({"type": "http.response.body", "body": body})


def _without_query(scope: Scope) -> Scope:
    """Query strings are not read: what a client puts there goes nowhere."""
    return {**scope, "query_string": b""}
