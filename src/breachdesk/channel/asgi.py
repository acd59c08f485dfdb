"""The channel service as an ASGI application: a bounded body first, then Django in a thread.

Django's own ASGI handler would write an endless body to a temporary file before anything looked at
it. Here a body is read up to its limit, in time, and kept in memory only.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final

from asgiref.wsgi import WsgiToAsgiInstance
from django.core.handlers.wsgi import WSGIHandler

from breachdesk.wire import PROBLEM_CONTENT_TYPE, PROBLEMS, REQUEST_BODY_LIMIT, problem_body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Head = tuple[int, list[tuple[bytes, bytes]]]

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
            await _close(send)
            return
        loop = asyncio.get_running_loop()
        (status, headers), content = await loop.run_in_executor(
            self._threads, self._answer, scope, body
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        sent = b"" if scope["method"] == "HEAD" else content
        await send({"type": "http.response.body", "body": sent})

    def _answer(self, scope: Scope, body: bytes) -> tuple[Head, bytes]:
        """Status, headers and content from Django. A body over the limit is one byte too long."""
        bridge = WsgiToAsgiInstance(self._handler)
        bridge.scope = scope
        environ = bridge.build_environ(_printable(scope), BytesIO(body))
        environ["CONTENT_LENGTH"] = str(len(body))
        head: list[Head] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            head.append((int(status.split(" ", 1)[0]), pairs))

        response = self._handler(environ, start)
        try:
            content = b"".join(response)
        finally:
            response.close()
        return head[0], content


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


async def _close(send: Send) -> None:
    """Answer a body that did not come in time; nobody may be there to read it."""
    row = PROBLEMS["invalid-request"]
    headers = [
        (b"content-type", PROBLEM_CONTENT_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": row.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem_body(row.name)})


def _printable(scope: Scope) -> Scope:
    """Query strings are not read: what a client puts there goes nowhere."""
    return {**scope, "query_string": b""}
