"""Answers that are sent at once: head and body in one write, heads checked and joined once.

uvicorn checks and joins the same few headers for every answer, a tenth of what an evaluation costs.
Here that is done once for each set of headers, by uvicorn's own rules, and kept.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

Message = Any  # uvicorn's own types of a message are private
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

#: Longer bodies are not copied behind their head.
_LONGEST: Final = 4096
_MOST_HEADS: Final = 1024


@lru_cache(maxsize=_MOST_HEADS)
def joined_head(status: int, headers: Headers) -> tuple[bytes, int] | None:
    """Status line and headers as sent, and the length of the body; None where it takes more.

    More is a header that uvicorn would act on, one that it would refuse, or no single length.
    """
    parts, lengths = [STATUS_LINE[status]], []
    for name, value in headers:
        lower = name.lower()
        if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
            return None
        if lower in {b"connection", b"transfer-encoding"}:
            return None
        if lower == b"content-length":
            lengths.append(int(value))
        parts += (lower, b": ", value, b"\r\n")
    if len(lengths) != 1:
        return None
    return b"".join((*parts, b"\r\n")), lengths[0]


async def run_whole(
    app: Application, cycle: RequestResponseCycle, scope: Message, receive: Receive, send: Send
) -> None:
    """Run an application for one request, with its short answers sent whole."""
    await app(scope, receive, WholeAnswer(cycle, send).send)


class WholeAnswer:
    """`send` of one request: holds the head until the body is there, as ASGI allows."""

    __slots__ = ("_cycle", "_send", "_start")

    def __init__(self, cycle: RequestResponseCycle, send: Send) -> None:
        self._cycle = cycle
        self._send = send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Take a message of the application; uvicorn sends whatever is not a short whole answer."""
        start = self._start
        if start is None and message["type"] == "http.response.start":
            self._start = message
            return
        self._start = None
        if start is not None:
            if self._sent_whole(start, message):
                return
            await self._send(start)
        await self._send(message)

    def _sent_whole(self, start: Message, message: Message) -> bool:
        """Send head and body, if this is all of an answer and nothing is in its way."""
        cycle = self._cycle
        body = message.get("body", b"")
        if (
            message["type"] != "http.response.body"
            or message.get("more_body")
            or len(body) > _LONGEST
            or cycle.response_started
            or cycle.disconnected
            or cycle.flow.write_paused
            or cycle.access_log
            or not cycle.keep_alive
            or cycle.scope["method"] == "HEAD"
        ):
            return False
        found = joined_head(start["status"], (*cycle.default_headers, *start["headers"]))
        if found is None or found[1] != len(body):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(found[0] + body)
        cycle.message_event.set()
        cycle.on_response()
        return True
