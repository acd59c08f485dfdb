"""One request: read its body, hand it to Django in a thread, send what came out, whole."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, cast

from asgiref.wsgi import WsgiToAsgiInstance
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_started
from django.http import HttpResponse, StreamingHttpResponse

from breachdesk.bounded._room import Hold, Room
from breachdesk.bounded.errors import NoRoomError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Head = tuple[int, list[tuple[bytes, bytes]]]
Answer = tuple[Head, bytes]

#: In the WSGI environ: requests in work or waiting, for each thread. Over 1 some wait.
LOAD: Final = "breachdesk.load"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes of a body, seconds in which it must have arrived, threads (each holds one connection
    to the database), and bytes of all bodies at once; None: as many as come."""

    body_bytes: int
    body_seconds: float
    threads: int
    held_bytes: int | None = None


class BoundedDjango:
    """The ASGI callable of one process. Django must be set up.

    `name` is that of the log; `late` answers a body that did not come, `failed` a fault of ours.
    With `too_long` a body over the limit is answered by that; without, Django sees it, one byte too
    long. `full` answers when there is no room for another body; without, `failed` does.
    """

    def __init__(
        self,
        name: str,
        bounds: Bounds,
        *,
        late: Callable[[], Answer],
        failed: Callable[[], Answer],
        too_long: Callable[[], Answer] | None = None,
        full: Callable[[], Answer] | None = None,
    ) -> None:
        self._handler = WSGIHandler()
        self._threads = ThreadPoolExecutor(bounds.threads, name)
        self._bounds = bounds
        self._log = logging.getLogger(f"breachdesk.{name}")
        self._late, self._failed, self._too_long = late, failed, too_long
        self._full = full or failed
        self._room = Room(bounds.held_bytes)
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Never raises for what a client sends."""
        if scope["type"] != "http":
            raise TypeError("this application answers HTTP only")
        with self._room.hold() as hold:
            await _send(send, scope, *await self._answered(scope, receive, hold))

    async def _answered(self, scope: Scope, receive: Receive, hold: Hold) -> Answer:
        try:
            body = await self._body(receive, hold)
        except NoRoomError:
            return self._full()
        if body is None:
            return self._late()
        if self._too_long is not None and len(body) > self._bounds.body_bytes:
            return self._too_long()
        self._running += 1
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._answer, scope, body)
        except Exception as error:  # noqa: BLE001 (told by its kind: its text might quote a request)
            self._log.error("internal error before any route: %s", type(error).__name__)
            return self._failed()
        finally:
            self._running -= 1

    async def _body(self, receive: Receive, hold: Hold) -> bytes | None:
        """The body, or its first bytes over the limit. None when it is late or the client left."""
        try:
            async with asyncio.timeout(self._bounds.body_seconds):
                return await self._read(receive, hold)
        except TimeoutError:
            return None

    async def _read(self, receive: Receive, hold: Hold) -> bytes | None:
        limit = self._bounds.body_bytes
        body = bytearray()
        while len(body) <= limit:
            message = await receive()
            if message["type"] != "http.request":
                return None
            part = message.get("body", b"")
            hold.grow(len(part))
            body += part
            if not message.get("more_body"):
                break
        return bytes(body[: limit + 1])

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        """Status, headers and content from Django."""
        bridge = WsgiToAsgiInstance(self._handler, duplicate_header_limit=None)  # type: ignore[no-untyped-call]  # the library has no types
        bridge.scope = scope
        environ = bridge.build_environ(_without_query(scope), BytesIO(body))  # type: ignore[no-untyped-call]  # as above
        environ["CONTENT_LENGTH"] = str(len(body))
        environ[LOAD] = self._running / self._bounds.threads
        # Both signals let Django drop connections to the database that are dead or old.
        request_started.send(sender=type(self), environ=environ)
        response: HttpResponse | StreamingHttpResponse = cast(
            Any, self._handler.get_response(WSGIRequest(environ))
        )
        try:
            headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in response.items()
            ]
            # Django keeps these beside the headers.
            headers += [
                (b"set-cookie", morsel.OutputString().encode("latin-1"))
                for morsel in response.cookies.values()
            ]
            return (response.status_code, headers), _content(response)
        finally:
            response.close()


def _content(response: HttpResponse | StreamingHttpResponse) -> bytes:
    """All of it; a static file comes in pieces."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(cast(Any, response.streaming_content))
    return response.content


async def _send(send: Send, scope: Scope, head: Head, content: bytes) -> None:
    status, headers = head
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else content
    await send({"type": "http.response.body", "body": body})


def _without_query(scope: Scope) -> Scope:
    """Query strings are not read: what a client puts there goes nowhere."""
    return {**scope, "query_string": b""}
