"""Starts and supervises the processes of `breachdesk serve`."""

from breachdesk.serving._asgi import serve_app
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._stop import stop_signals
from breachdesk.serving._supervisor import run
from breachdesk.serving._witnesses import Courier, couriers
from breachdesk.serving.errors import ChildFailed, NotWitnessed, PortInUse, ServeError

__all__ = [
    "ChildFailed",
    "Courier",
    "NotWitnessed",
    "PortInUse",
    "ServeError",
    "ServeRequest",
    "couriers",
    "run",
    "serve_app",
    "stop_signals",
]
