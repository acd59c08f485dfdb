"""The channel service as an ASGI application: a bounded body first, then Django in a thread."""

from typing import Final

from breachdesk.bounded import Answer, BoundedDjango, Bounds
from breachdesk.wire import PROBLEM_CONTENT_TYPE, PROBLEMS, REQUEST_BODY_LIMIT, problem_body

#: Each holds one connection to the database.
_THREADS: Final = 8
#: Seconds in which a body must have arrived.
BODY_SECONDS: Final = 10.0


class ChannelApp(BoundedDjango):
    """The ASGI callable of one process."""

    def __init__(self, body_seconds: float = BODY_SECONDS) -> None:
        """Django must be set up, and `_parts.use` called."""
        super().__init__(
            "channel",
            Bounds(REQUEST_BODY_LIMIT, body_seconds, _THREADS),
            late=lambda: _problem("invalid-request"),
            failed=lambda: _problem("internal"),
        )


def _problem(name: str) -> Answer:
    """An answer of this layer's own; the connection is of no more use."""
    headers = [
        (b"content-type", PROBLEM_CONTENT_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    return (PROBLEMS[name].status, headers), problem_body(name)
