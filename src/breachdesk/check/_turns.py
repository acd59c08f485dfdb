"""Evaluations of one key: what is admitted in one turn of the event loop is evaluated together.

Under load many requests wait at once, and the kernel multiplies many elements in less time than one
after the other (docs/adr/0006-batch-kernel.md). A request that is alone waits for the end of the
turn in which it was admitted, and for nobody.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from breachdesk.voprf import ElementError, Evaluation, Evaluator

#: Evaluations that the loop waits for at a time: some 5 ms where each takes 150 us.
MOST_TOGETHER: Final = 32

Found = Evaluation | ElementError


class Evaluate(Protocol):
    """Answers an element that was admitted, and sees to what was counted for it."""

    async def __call__(self, element: bytes) -> Found:
        """The evaluation; or the error, where the element is none."""
        ...


class Alone:
    """One after the other, at once: where there is no kernel, nothing is gained by waiting."""

    __slots__ = ("_count", "_evaluate", "_give_back")

    def __init__(
        self, evaluator: Evaluator, count: Callable[[int], None], give_back: Callable[[], None]
    ) -> None:
        """As `Turns`."""
        self._evaluate = evaluator.evaluate
        self._count = count
        self._give_back = give_back

    async def __call__(self, element: bytes) -> Found:
        """As `Evaluate`."""
        try:
            found = self._evaluate(element)
        except ElementError as error:
            self._give_back()
            return error
        self._count(1)
        return found


class Turns:
    """Up to MOST_TOGETHER at a time, between which the loop does other things."""

    __slots__ = ("_count", "_evaluate_each", "_give_back", "_waiting")

    def __init__(
        self, evaluator: Evaluator, count: Callable[[int], None], give_back: Callable[[], None]
    ) -> None:
        """`count` is told how many evaluations were made under the key (RFC 9497 section 7.2.3),
        whoever still waits for them; `give_back` is called for each that was admitted in vain."""
        self._evaluate_each = evaluator.evaluate_each
        self._count = count
        self._give_back = give_back
        self._waiting: list[tuple[bytes, asyncio.Future[Found]]] = []

    async def __call__(self, element: bytes) -> Found:
        """As `Evaluate`."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Found] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._turn, loop)
        self._waiting.append((element, found))
        return await found

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        turn = self._waiting[:MOST_TOGETHER]
        del self._waiting[:MOST_TOGETHER]
        if self._waiting:
            loop.call_soon(self._turn, loop)
        wanted = [one for one in turn if not one[1].done()]
        for _ in range(len(turn) - len(wanted)):
            self._give_back()
        try:
            every = self._evaluate_each([element for element, _ in wanted])
        except Exception as error:  # noqa: BLE001 (whatever failed, each is told)
            for _, waits in wanted:
                waits.set_exception(error)
            return
        made = 0
        for (_, waits), found in zip(wanted, every, strict=True):
            if isinstance(found, ElementError):
                self._give_back()
            else:
                made += 1
            waits.set_result(found)
        self._count(made)
