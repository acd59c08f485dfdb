"""An independent witness: follows a log, cosigns what continues it, and alarms on a fork (9.5)."""

from breachdesk.witness._app import WitnessApp
from breachdesk.witness._follow import Follower, Look
from breachdesk.witness._state import LogFolder
from breachdesk.witness._status import LogStatus, read_status
from breachdesk.witness._webhook import is_webhook
from breachdesk.witness._witness import Witness
from breachdesk.witness.errors import AlarmError, RefusedError, StateError, WitnessError

__all__ = [
    "AlarmError",
    "Follower",
    "LogFolder",
    "LogStatus",
    "Look",
    "RefusedError",
    "StateError",
    "Witness",
    "WitnessApp",
    "WitnessError",
    "is_webhook",
    "read_status",
]
