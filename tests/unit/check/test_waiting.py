"""A message is waited for with a clock, and taken without one when it is there."""

import asyncio
from typing import Any

import pytest

from breachdesk.check._waiting import receive_within

MESSAGE = {"type": "http.request", "body": b"x"}


def test_a_message_that_is_there_needs_no_task() -> None:
    async def receive() -> Any:
        return MESSAGE

    with pytest.raises(StopIteration) as done:
        receive_within(receive, 1).send(None)
    assert done.value.value is MESSAGE


@pytest.mark.parametrize("waits", [1, 3])
def test_a_message_that_comes_later(waits: int) -> None:
    async def receive() -> Any:
        for _ in range(waits):
            await asyncio.sleep(0.001)
        return MESSAGE

    assert asyncio.run(receive_within(receive, 30)) is MESSAGE


def test_a_message_that_does_not_come() -> None:
    ended = []

    async def receive() -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    with pytest.raises(TimeoutError):
        asyncio.run(receive_within(receive, 0.01))
    assert ended


def test_a_failure_is_passed_on() -> None:
    async def receive() -> Any:
        await asyncio.sleep(0)
        raise ValueError("receive")

    with pytest.raises(ValueError, match="receive"):
        asyncio.run(receive_within(receive, 30))


def test_what_swallows_an_exception_goes_on() -> None:
    async def receive() -> Any:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            return MESSAGE

    async def run() -> Any:
        task = asyncio.create_task(receive_within(receive, 30))
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert asyncio.run(run()) is MESSAGE
