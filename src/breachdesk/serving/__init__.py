"""Starts and supervises the processes of `breachdesk serve`."""

from breachdesk.serving._asgi import serve_app
from breachdesk.serving._console_request import ConsoleRequest
from breachdesk.serving._desk_request import DeskRequest, database_from_surroundings
from breachdesk.serving._evaluator import EvaluatorRequest, run_evaluator
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._stop import stop_signals
from breachdesk.serving._supervisor import run
from breachdesk.serving._witnesses import Courier, couriers
from breachdesk.serving.errors import ChildFailed, NotWitnessed, PortInUse, ServeError

__all__ = [
    "ChildFailed",
    "ConsoleRequest",
    "Courier",
    "DeskRequest",
    "EvaluatorRequest",
    "NotWitnessed",
    "PortInUse",
    "ServeError",
    "ServeRequest",
    "couriers",
    "database_from_surroundings",
    "run",
    "run_evaluator",
    "serve_app",
    "stop_signals",
]
