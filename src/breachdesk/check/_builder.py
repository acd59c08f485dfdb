"""POST /v1/evaluate-batch/<kind>/<epoch>: a builder's batches (PROTOCOL section 10.3).

Only where a builder's key is configured. The signature is checked before anything is counted or
multiplied; what is counted is taken before it is multiplied.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from breachdesk.admission import BatchGate, BudgetSpent, StoreError
from breachdesk.check._evaluate import refusal
from breachdesk.check._responses import NO_STORE, OCTETS, Headers, Receive, Scope, headers
from breachdesk.check.errors import Disconnected, Refusal
from breachdesk.keys import BuilderVerifier
from breachdesk.voprf import BatchEvaluator, ElementError
from breachdesk.wire import (
    BATCH_CLOCK_SECONDS,
    BATCH_LIMIT,
    BUILDER_HEADER,
    ELEMENT_BYTES,
    BuilderStamp,
    WireError,
    batch_message,
    elements_of,
)

_MOST_BYTES: Final = BATCH_LIMIT * ELEMENT_BYTES
_HEADER: Final = BUILDER_HEADER.lower().encode()
#: A nonce is remembered for as long as its time may be accepted, on both sides of now.
NONCE_SECONDS: Final = 2 * BATCH_CLOCK_SECONDS


class Batches:
    """Answers batches under one key share. Elements are neither kept nor told to anybody."""

    __slots__ = ("_body_seconds", "_builder", "_clock", "_evaluator", "_gate", "_one")

    def __init__(
        self,
        evaluator: BatchEvaluator,
        builder: BuilderVerifier,
        gate: BatchGate,
        body_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._evaluator = evaluator
        self._builder = builder
        self._gate = gate
        self._body_seconds = body_seconds
        self._clock = clock
        self._one = asyncio.Lock()

    async def answer(self, scope: Scope, receive: Receive) -> bytes:
        """The elements and their proof. Raises `Refusal`, or `Disconnected`."""
        stamp = self._stamp(scope["headers"])
        body = await self._body(receive)
        self._check(stamp, scope["path"], body)
        if not body or len(body) % ELEMENT_BYTES:
            raise Refusal("invalid-length")
        elements = elements_of(body)
        await self._admit(stamp, len(elements))
        # One batch at a time, beside the event loop: people's questions go on meanwhile.
        async with self._one:
            try:
                found = await asyncio.to_thread(self._evaluator.evaluate, elements)
            except ElementError:
                raise Refusal("invalid-element") from None
        return b"".join(found.elements) + found.proof

    def _stamp(self, found: Sequence[tuple[bytes, bytes]]) -> BuilderStamp:
        """The one header, with a time near ours: known before the body is read."""
        values = [value for name, value in found if name == _HEADER]
        try:
            stamp = BuilderStamp.decode(values[0] if len(values) == 1 else b"")
        except WireError:
            raise Refusal("not-the-builder") from None
        if abs(stamp.time - int(self._clock())) > BATCH_CLOCK_SECONDS:
            raise Refusal("not-the-builder")
        return stamp

    def _check(self, stamp: BuilderStamp, path: str, body: bytes) -> None:
        message = batch_message(path, self._evaluator.public, stamp.time, stamp.nonce, body)
        if not self._builder.holds(stamp.signature, message):
            raise Refusal("not-the-builder")

    async def _admit(self, stamp: BuilderStamp, number: int) -> None:
        """The nonce for the first time, then the budget; both fail closed."""
        try:
            if not await self._gate.once(f"batch/{stamp.nonce.hex()}", NONCE_SECONDS):
                raise Refusal("not-the-builder")
            await self._gate.take(number)
        except (BudgetSpent, StoreError) as error:
            raise refusal(error) from None

    async def _body(self, receive: Receive) -> bytes:
        """All of it, refused as soon as it is too long."""
        body = b""
        try:
            async with asyncio.timeout(self._body_seconds):
                while len(body) <= _MOST_BYTES:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise Disconnected
                    body += message.get("body", b"")
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise Refusal("invalid-length") from None
        if len(body) > _MOST_BYTES:
            raise Refusal("too-large")
        return body


def batch_headers(body: bytes) -> Headers:
    """Headers of an answer."""
    return headers(OCTETS, NO_STORE, (b"content-length", b"%d" % len(body)))
