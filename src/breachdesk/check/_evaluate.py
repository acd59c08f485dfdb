"""POST /v1/evaluate/<kind>/<epoch>: 32 bytes in, 96 bytes out (PROTOCOL sections 5.2 and 10)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from breachdesk.admission import Network, client_address
from breachdesk.check._limits import Limiter
from breachdesk.check._responses import NO_STORE, OCTETS, Receive, Scope, headers
from breachdesk.check.errors import Disconnected, Refusal
from breachdesk.voprf import ElementError, Evaluator
from breachdesk.wire import ELEMENT_BYTES, REQUEST_BODY_LIMIT

#: Headers of an evaluation, CORS apart.
EVALUATION_HEADERS: Final = headers(OCTETS, NO_STORE, (b"content-length", b"96"))


class Evaluations:
    """Answers blinded points under one key. The point is neither kept nor told to anybody."""

    __slots__ = ("_body_seconds", "_count", "_evaluate", "_limiter", "_proxies")

    def __init__(
        self,
        evaluator: Evaluator,
        limiter: Limiter,
        count: Callable[[], None],
        proxies: Sequence[Network],
        body_seconds: float,
    ) -> None:
        """`count` is called once for each evaluation under the key (RFC 9497 section 7.2.3)."""
        self._evaluate = evaluator.evaluate
        self._limiter = limiter
        self._count = count
        self._proxies = proxies
        self._body_seconds = body_seconds

    async def answer(self, scope: Scope, receive: Receive) -> bytes:
        """The 96 bytes. Raises `Refusal`, or `Disconnected`."""
        forwarded = _read_headers(scope["headers"])
        client = scope.get("client")
        if not client:
            raise Refusal("unavailable", retry_after=60)
        address = client[0]
        if self._proxies:
            address = client_address(address, forwarded, self._proxies)
        self._limiter.hit(address)
        message = await self._first(receive)
        body = message.get("body", b"")
        if message.get("more_body"):
            body = await self._rest(body, receive)
        if len(body) != ELEMENT_BYTES:
            raise Refusal("too-large" if len(body) > REQUEST_BODY_LIMIT else "invalid-length")
        try:
            found = self._evaluate(body)
        except ElementError:
            raise Refusal("invalid-element") from None
        self._count()
        return found.element + found.proof

    async def _first(self, receive: Receive) -> dict[str, bytes]:
        """The first message, which nearly always holds the whole body."""
        try:
            async with asyncio.timeout(self._body_seconds):
                message = await receive()
        except TimeoutError:
            raise Refusal("invalid-length") from None
        if message["type"] != "http.request":
            raise Disconnected
        return message  # type: ignore[return-value]  # of this type, it may hold a body

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


def _read_headers(found: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Check type and announced length; the values of `X-Forwarded-For`, in order."""
    media_type = b""
    forwarded: list[bytes] = []
    for name, value in found:
        if name == b"content-type":
            media_type = value
        elif name == b"content-length":
            if not value.isdigit() or len(value) > 9 or int(value) > REQUEST_BODY_LIMIT:
                raise Refusal("too-large")
        elif name == b"x-forwarded-for":
            forwarded.append(value)
    if media_type != OCTETS and media_type.partition(b";")[0].strip().lower() != OCTETS:
        raise Refusal("unsupported-media-type")
    return forwarded
