"""The channel service: one-time codes to phones and mailboxes, channel tokens for right codes.

A Django project in processes of its own: HTTP (`create_app`) and the sender (`run_sender`). It
knows addresses and no leak: it may import nothing that knows an incident, a release or an entry.
"""

from breachdesk.channel._config import ChannelConfig
from breachdesk.channel._entry import (
    ChannelSettings,
    add_staff,
    create_app,
    desk_checks,
    list_staff,
    open_desk,
    outbox_counts,
    remove_staff,
    run_sender,
)
from breachdesk.channel._openapi import openapi
from breachdesk.channel._receiver import receive_sms
from breachdesk.channel._sample import sample
from breachdesk.channel._schema import load
from breachdesk.channel.errors import ChannelError, ConfigError, StaffError

__all__ = [
    "ChannelConfig",
    "ChannelError",
    "ChannelSettings",
    "ConfigError",
    "StaffError",
    "add_staff",
    "create_app",
    "desk_checks",
    "list_staff",
    "load",
    "open_desk",
    "openapi",
    "outbox_counts",
    "receive_sms",
    "remove_staff",
    "run_sender",
    "sample",
]
