"""Waiting for a message with a clock, and without one where the message is there already.

Nearly every body comes with its headers. A timer that is set and taken back costs more than the
rest of reading it.
"""

import asyncio
import types
from collections.abc import Generator
from typing import Any

from breachdesk.check._responses import Receive

Steps = Generator[Any, Any, Any]


async def receive_within(receive: Receive, seconds: float) -> Any:
    """The next message. Raises `TimeoutError` when it does not come within `seconds`."""
    steps = receive().__await__()
    try:
        waiting_for = next(steps)
    except StopIteration as done:
        return done.value
    async with asyncio.timeout(seconds):
        return await _resumed(steps, waiting_for)


@types.coroutine
def _resumed(steps: Steps, waiting_for: object) -> Steps:
    """Go on with an awaitable that has taken its first step (what PEP 380 calls delegation)."""
    while True:
        try:
            try:
                value = yield waiting_for
            except BaseException as error:  # noqa: BLE001 (the awaitable decides, as it would have)
                waiting_for = steps.throw(error)
            else:
                waiting_for = steps.send(value)
        except StopIteration as done:
            return done.value
