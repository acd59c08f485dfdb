"""The one interface of everything that sends, and which sender serves which channel."""

from pathlib import Path
from typing import Final, Protocol

from breachdesk.channel._config import Backend, ChannelConfig, Gateway, Sending, Smtp
from breachdesk.channel._mail import MailSender
from breachdesk.channel._mail_settings import read_secret
from breachdesk.channel._messages import Message
from breachdesk.channel._sms import SmsSender
from breachdesk.channel._spool import SpoolSender

MAILED: Final = "email"


class Sender(Protocol):
    """Sends to exactly `message.to`.

    Returns once the message was accepted. Raises RefusedForNow or RefusedForGood when it certainly
    was not; anything else that is raised means that nobody knows, and it is never sent again.
    """

    def send(self, message: Message) -> None:
        """Send it once."""
        ...


def make_senders(config: ChannelConfig) -> dict[str, Sender]:
    """By channel. Opens secrets' files and makes spool folders: raises SendersConfigError."""
    found = {channel: config.sending(channel) for channel in ("phone", "email")}
    return {
        channel: _make(sending, config.source.parent)
        for channel, sending in found.items()
        if sending is not None
    }


def _make(sending: Sending, beside: Path) -> Sender:
    match sending.way:
        case Gateway(url, token_file):
            return SmsSender(url, read_secret(token_file, "token_file"))
        case Smtp() | Backend():
            return MailSender(sending, beside)
        case folder:
            return SpoolSender(folder)
