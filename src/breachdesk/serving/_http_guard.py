"""uvicorn's HTTP protocol with what it lacks: limits on headers, in time and in length.

Without them a client that sends half a request line holds its connection, and one that never ends
its headers holds memory. A timer for each request would cost as much as all of its parsing, so a
connection has one: it looks whether the connection's deadline, which a request only moves, is past.
"""

import asyncio
import math
from functools import partial
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from breachdesk.serving._http_answer import Application, run_whole

#: Seconds from the start of a connection or request to the end of its headers.
HEADER_SECONDS: Final = 10.0
#: Bytes of a request line and its headers that arrive in more than one piece.
HEADER_BYTES: Final = 32 * 1024


class GuardedProtocol(HttpToolsProtocol):
    """Closes a connection whose headers take too long or are too many, or that asks no more."""

    _timer: asyncio.TimerHandle | None = None
    #: When to close, by the loop's clock; never while a request is answered.
    _deadline = math.inf
    _in_headers = False
    _header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a TCP server gives no other
        """Start the clock: the first request must come."""
        super().connection_made(transport)
        self._deadline = self.loop.time() + HEADER_SECONDS
        self._timer = self.loop.call_at(self._deadline, self._look_at_clock)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request line has begun. The first one has what is left of the connection's time."""
        super().on_message_begin()
        self._in_headers = True
        self._header_bytes = 0
        if self.cycle is not None:
            self._deadline = self.loop.time() + HEADER_SECONDS

    def on_headers_complete(self) -> None:
        """The headers are there; what follows is the application's to bound."""
        self._in_headers = False
        self._deadline = math.inf
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the end of the headers."""
        super().data_received(data)
        if self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES:
                self.transport.close()

    def on_response_complete(self) -> None:
        """As uvicorn's, but the time to the next request is a deadline and no timer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif not self._in_headers:
            self._deadline = self.loop.time() + self.timeout_keep_alive

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Application) -> None:
        # Nothing that the cycle refers to may refer to it: that would be left to the collector.
        super()._start_asgi_task(cycle, partial(run_whole, app, cycle))

    def _look_at_clock(self) -> None:
        """Close what is late; else come back when it could be."""
        now = self.loop.time()
        if now >= self._deadline:
            self._timer = None
            if not self.transport.is_closing():
                self.transport.close()
            return
        self._timer = self.loop.call_at(
            min(self._deadline, now + HEADER_SECONDS), self._look_at_clock
        )
