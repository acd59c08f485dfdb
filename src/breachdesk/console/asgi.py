"""The console as an ASGI application: a bounded body first, then Django in a thread."""

from typing import Final

from breachdesk.bounded import Answer, BoundedDjango, Bounds

BODY_BYTES: Final = 256 * 1024
_BODY_SECONDS: Final = 20.0
#: Each holds one connection to the database.
_THREADS: Final = 8


class ConsoleApp(BoundedDjango):
    """The ASGI callable of one process."""

    def __init__(self) -> None:
        """Django must be set up, and `_parts.use` called."""
        super().__init__(
            "console",
            Bounds(BODY_BYTES, _BODY_SECONDS, _THREADS),
            late=lambda: _said(408, "Not all of it arrived. Go back and send it again.\n"),
            failed=lambda: _said(500, "The fault is ours. Go back and send it again.\n"),
            too_long=lambda: _said(413, "That is too long. Go back and shorten it.\n"),
        )


def _said(status: int, text: str) -> Answer:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    return (status, headers), text.encode()
