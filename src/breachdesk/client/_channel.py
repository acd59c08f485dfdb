"""What a client says to the channel service: ask for a code, exchange one (PROTOCOL 4.4 and 10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from breachdesk import wire
from breachdesk.client._token import ChannelProof
from breachdesk.client._work import Asker, WorkHost
from breachdesk.client.errors import CheckError, QuestionError, RefusedError, ReleaseMovedError
from breachdesk.identifiers import (
    LETTER_ID_LENGTH,
    InvalidField,
    channel_address,
    letter_code,
    one_time_code,
)
from breachdesk.release import ReleaseError

ADDRESSED = ("phone", "email")
"""Channels whose address a person types."""

_STRICT = wire.Strict("channel")
_JSON = "application/json"
_KIND = "channel"
_MOST_SECONDS = 24 * 60 * 60
_REFUSALS = {"wrong-code": "code", "not-served": "channel", "invalid-request": "channel"}
"""What a client calls a problem of the service."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A code is on its way to an address, and good for so many seconds. No address in its repr."""

    channel: str
    address: bytes = field(repr=False)
    ticket: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class ChannelService:
    """The channel service of one service document. `epoch` asks for the one in force, if needed."""

    address: wire.ChannelAddress | None
    transport: Asker
    epoch: Callable[[], int]

    def ask(self, channel: str, address: str, language: str) -> Ticket:
        """Ask for a one-time code. Raises QuestionError before anything is sent, or CheckError."""
        canonical = _address(channel, address)
        request = {"type": channel, "address": canonical.decode(), "language": language}
        answer = self._post(channel, wire.CHANNEL_ASK_PATH, request, wire.TICKET_LIMIT, 202)
        ticket, seconds = _ticket(answer)
        return Ticket(channel, canonical, ticket, seconds)

    def token(self, ticket: Ticket, code: str) -> ChannelProof:
        """Exchange a one-time code. Raises QuestionError, or CheckError: `code` if it is wrong."""
        request = {
            "type": ticket.channel,
            "address": ticket.address.decode(),
            "ticket": ticket.ticket,
            "code": _code(one_time_code, code),
        }
        answer = self._evaluation(ticket.channel, wire.CHANNEL_TOKEN_PATH, request)
        return ChannelProof(ticket.channel, ticket.address, answer)

    def letter(self, code: str) -> ChannelProof:
        """Exchange the code of a letter. Errors as `token`."""
        canonical = _code(letter_code, code)
        answer = self._evaluation("letter", wire.CHANNEL_LETTER_PATH, {"code": canonical})
        return ChannelProof("letter", canonical[:LETTER_ID_LENGTH].encode(), answer)

    def desk(self, channel: str, address: str, code: str) -> ChannelProof:
        """Exchange a code that the desk gave for an address of then. Errors as `token`."""
        canonical = _address(channel, address)
        request = {
            "type": channel,
            "address": canonical.decode(),
            "code": _code(letter_code, code),
        }
        answer = self._evaluation("desk", wire.CHANNEL_DESK_PATH, request)
        return ChannelProof(channel, canonical, answer)

    def _evaluation(self, way: str, path: str, request: Mapping[str, str]) -> bytes:
        answer = self._post(way, path, request, wire.EVALUATION_BYTES, 200)
        if len(answer) != wire.EVALUATION_BYTES:
            raise CheckError("channel", "an answer that is not 96 bytes")
        return answer

    def _post(
        self, way: str, path: str, request: Mapping[str, str], limit: int, status: int
    ) -> bytes:
        if self.address is None or way not in self.address.channels:
            raise CheckError("channel", f"the service has no codes by {way}")
        base = self.address.url
        url, body = f"{base}{wire.HTTP_PREFIX}{path}", wire.dumps(request)
        # A ticket was paid for when it was asked for; all else takes a proof of work (10).
        paid = path == wire.CHANNEL_TOKEN_PATH
        try:
            host = self.transport if paid else WorkHost(self.transport, base, _KIND, self.epoch())
            return host.post(url, body, limit, "channel", content_type=_JSON, status=status)
        except (wire.WireError, ReleaseError) as error:
            raise CheckError(error.code, error.detail) from None
        except ReleaseMovedError:
            raise CheckError("channel", "the channel service is not at its address") from None
        except RefusedError as error:
            code = _REFUSALS.get(error.problem or "", error.code)
            raise CheckError(code, f"the channel service says {error.problem}") from None


def _address(channel: str, text: str) -> bytes:
    if channel not in ADDRESSED:
        raise QuestionError(f"codes go to {' or '.join(ADDRESSED)}", "channel_token")
    try:
        return channel_address(channel, text)
    except InvalidField as error:
        raise QuestionError(error.reason, error.field) from None


def _code(form: Callable[[str], str], text: str) -> str:
    try:
        return form(text)
    except InvalidField as error:
        raise QuestionError(error.reason, error.field) from None


def _ticket(answer: bytes) -> tuple[str, int]:
    """The ticket and its seconds. Raises CheckError("channel") for any other answer."""
    try:
        value = wire.loads(answer, limit=wire.TICKET_LIMIT, code="channel")
        found = _STRICT.object(value, "ask", ("ticket", "expires_in"))
        ticket = _STRICT.hex(found["ticket"], "ticket", 16).hex()
        return ticket, _STRICT.integer(found["expires_in"], "expires_in", 1, _MOST_SECONDS)
    except wire.WireError as error:
        raise CheckError("channel", error.detail) from None
