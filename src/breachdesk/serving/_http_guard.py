"""uvicorn's HTTP protocol with what it lacks: limits on headers, in time and in length.

Without them a client that sends half a request line holds its connection, and one that never ends
its headers holds memory.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds from the start of a connection or request to the end of its headers.
HEADER_SECONDS: Final = 10.0
#: Bytes of a request line and its headers that arrive in more than one piece.
HEADER_BYTES: Final = 32 * 1024


class GuardedProtocol(HttpToolsProtocol):
    """Closes a connection whose headers take too long or are too many."""

    _waiting: asyncio.TimerHandle | None = None
    _in_headers = False
    _header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a TCP server gives no other
        """Start the clock: the first request must come."""
        super().connection_made(transport)
        self._start_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request line has begun."""
        super().on_message_begin()
        self._in_headers = True
        self._header_bytes = 0

    def on_headers_complete(self) -> None:
        """The headers are there; what follows is the application's to bound."""
        self._in_headers = False
        self._stop_waiting()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the end of the headers."""
        super().data_received(data)
        if self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES:
                self.transport.close()
            elif self._waiting is None:
                self._start_waiting()

    def _start_waiting(self) -> None:
        self._waiting = self.loop.call_later(HEADER_SECONDS, self._too_late)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_late(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
