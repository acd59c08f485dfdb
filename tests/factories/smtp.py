"""A real SMTP server in a thread of its own, that accepts, refuses, hangs or breaks as told."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from tests.factories.ports import free_port

OK = "250 OK"


@dataclass
class Mailbox:
    """What the server took, and how it answers RCPT and DATA."""

    on_rcpt: Callable[[str], str] = lambda _: OK
    on_data: Callable[[], str] = lambda: OK
    #: Take the text, and close the line instead of answering.
    break_after_data: bool = False
    #: Seconds before the text is answered.
    slow: float = 0.0
    envelopes: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self, _: Any, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        answer = self.on_rcpt(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.slow)
        answer = self.on_data()
        if answer == OK:
            data = envelope.content
            assert isinstance(data, bytes)
            message = message_from_bytes(data, policy=policy.default)
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos), message))
        if self.break_after_data:
            server.transport.abort()
        return answer


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A running one, on a free port of this machine."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)
