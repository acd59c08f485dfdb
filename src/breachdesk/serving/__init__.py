"""Starts and supervises the processes of `breachdesk serve`."""

from breachdesk.serving._evaluator import EvaluatorRequest, run_evaluator
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._supervisor import run
from breachdesk.serving.errors import ChildFailed, PortInUse, ServeError

__all__ = [
    "ChildFailed",
    "EvaluatorRequest",
    "PortInUse",
    "ServeError",
    "ServeRequest",
    "run",
    "run_evaluator",
]
