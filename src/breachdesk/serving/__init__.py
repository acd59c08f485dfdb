"""Starts and supervises the processes of `breachdesk serve`."""

from breachdesk.serving._request import ServeRequest
from breachdesk.serving._supervisor import run
from breachdesk.serving.errors import ChildFailed, PortInUse, ServeError

__all__ = ["ChildFailed", "PortInUse", "ServeError", "ServeRequest", "run"]
