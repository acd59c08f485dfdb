"""POST /v1/evaluate/<kind>/<epoch>: 32 bytes in, 96 bytes out (PROTOCOL sections 5.2 and 10)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from breachdesk.admission import (
    BudgetSpent,
    Gate,
    Limited,
    Network,
    StoreError,
    TokenRefused,
    client_address,
)
from breachdesk.check._responses import NO_STORE, OCTETS, Receive, Scope, headers
from breachdesk.check._turns import Alone, Evaluate, Turns
from breachdesk.check._waiting import receive_within
from breachdesk.check.errors import Disconnected, Refusal
from breachdesk.voprf import ElementError, Evaluator, engine_name
from breachdesk.wire import ELEMENT_BYTES, REQUEST_BODY_LIMIT, TOKEN_HEADER

#: Headers of an evaluation, CORS apart.
EVALUATION_HEADERS: Final = headers(OCTETS, NO_STORE, (b"content-length", b"96"))

#: Seconds that a client waits when nothing can be counted.
STORE_RETRY: Final = 10
_TOKEN: Final = TOKEN_HEADER.lower().encode()


class Evaluations:
    """Answers blinded points under one key. The point is neither kept nor told to anybody."""

    __slots__ = ("_body_seconds", "_evaluate", "_gate", "_proxies")

    def __init__(
        self,
        evaluator: Evaluator,
        gate: Gate,
        count: Callable[[int], None],
        proxies: Sequence[Network],
        body_seconds: float,
    ) -> None:
        """`count` is told of evaluations under the key (RFC 9497 section 7.2.3)."""
        together = engine_name() != "libsodium"
        self._evaluate: Evaluate = (Turns if together else Alone)(evaluator, count, gate.give_back)
        self._gate = gate
        self._proxies = proxies
        self._body_seconds = body_seconds

    async def answer(self, scope: Scope, receive: Receive) -> bytes:
        """The 96 bytes. Raises `Refusal`, or `Disconnected`."""
        forwarded, token = _read_headers(scope["headers"])
        client = scope.get("client")
        if not client:
            raise Refusal("unavailable", retry_after=STORE_RETRY)
        address = client[0]
        if self._proxies:
            address = client_address(address, forwarded, self._proxies)
        message = await self._first(receive)
        body = message.get("body", b"")
        if message.get("more_body"):
            body = await self._rest(body, receive)
        if len(body) != ELEMENT_BYTES:
            raise Refusal("too-large" if len(body) > REQUEST_BODY_LIMIT else "invalid-length")
        try:
            await self._gate.admit(address, token)
        except (TokenRefused, Limited, BudgetSpent, StoreError) as error:
            raise refusal(error) from None
        found = await self._evaluate(body)
        if isinstance(found, ElementError):
            raise Refusal("invalid-element")
        return found.element + found.proof

    async def challenge(self) -> bytes:
        """What one request under this key costs (PROTOCOL section 10.1). Raises `Refusal`."""
        try:
            return await self._gate.challenge()
        except StoreError as error:
            raise refusal(error) from None

    async def _first(self, receive: Receive) -> dict[str, Any]:
        """The first message, which nearly always holds the whole body."""
        try:
            message: dict[str, Any] = await receive_within(receive, self._body_seconds)
        except TimeoutError:
            raise Refusal("invalid-length") from None
        if message["type"] != "http.request":
            raise Disconnected
        return message

    async def _rest(self, body: bytes, receive: Receive) -> bytes:
        """The body from a client that sends it in pieces, refused as soon as it is too long."""
        try:
            async with asyncio.timeout(self._body_seconds):
                while len(body) <= REQUEST_BODY_LIMIT:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise Disconnected
                    body += message.get("body", b"")
                    if not message.get("more_body"):
                        return body
        except TimeoutError:
            raise Refusal("invalid-length") from None
        raise Refusal("too-large")


def refusal(error: TokenRefused | Limited | BudgetSpent | StoreError) -> Refusal:
    """The problem that a client is told: not which limit, and nothing of the store."""
    if isinstance(error, TokenRefused):
        return Refusal("proof-of-work")
    if isinstance(error, Limited):
        return Refusal("too-many-requests", retry_after=error.retry_after)
    wait = error.retry_after if isinstance(error, BudgetSpent) else STORE_RETRY
    return Refusal("unavailable", retry_after=wait)


def _read_headers(
    found: Sequence[tuple[bytes, bytes]],
) -> tuple[list[bytes], bytes | None]:
    """Check type and announced length; the values of `X-Forwarded-For` in order, and the token."""
    media_type = b""
    token = None
    forwarded: list[bytes] = []
    for name, value in found:
        if name == b"content-type":
            media_type = value
        elif name == b"content-length":
            if not value.isdigit() or len(value) > 9 or int(value) > REQUEST_BODY_LIMIT:
                raise Refusal("too-large")
        elif name == b"x-forwarded-for":
            forwarded.append(value)
        elif name == _TOKEN:
            token = value
    if media_type != OCTETS and media_type.partition(b";")[0].strip().lower() != OCTETS:
        raise Refusal("unsupported-media-type")
    return forwarded, token
