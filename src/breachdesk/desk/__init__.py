"""The desk: damage reports, receipts, follow-up, "is this really us". Public, and it seals only.

A Django app that the console shares, and the project of a process of its own. That process holds
the public half of the desk's key; it can seal what it is given and open what a receipt opens.
"""

from breachdesk.desk._entry import create_app, set_up
from breachdesk.desk._settings import desk_settings
from breachdesk.desk.errors import DeskError, PurgeError, SetUpError

__all__ = ["DeskError", "PurgeError", "SetUpError", "create_app", "desk_settings", "set_up"]
