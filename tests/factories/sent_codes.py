"""Codes as they were sent, read from the outbox of a service in this process."""

import json
import re

from breachdesk.channel.models import Outgoing
from tests.factories.channel import InProcess

CODE = re.compile(r"\b(\d{4}) (\d{4})\b")


def code_in(text: str) -> str:
    """The eight digits that a message carries."""
    found = CODE.search(text)
    assert found is not None
    return found[1] + found[2]


def newest_code(service: InProcess) -> str:
    """The code of the message that was enqueued last."""
    row = list(Outgoing.objects.order_by("created"))[-1]
    opened = json.loads(service.parts.sealer.open(row.id.bytes, bytes(row.sealed)))
    return code_in(opened["text"])


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**8:08d}"
