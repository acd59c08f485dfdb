"""The way in for a builder's batches (PROTOCOL section 10.3): nonces once, and the key's budget.

A budget of its own object over the same ledger: what people ask for and what a builder asks for
count together, and neither waits for the other's block.
"""

import asyncio
from collections.abc import Callable

from breachdesk.admission._budgets import Budget
from breachdesk.admission._store import CountStore


class BatchGate:
    """Counts the batches of one key. For one event loop."""

    def __init__(
        self, budget: Budget, store: CountStore, counted: Callable[[int], None] = lambda _: None
    ) -> None:
        """`counted` is told how many evaluations may now be made."""
        self._budget = budget
        self._store = store
        self._counted = counted
        self._one = asyncio.Lock()

    async def once(self, key: str, seconds: int) -> bool:
        """True the first time within `seconds`. Raises `StoreError`."""
        return await asyncio.to_thread(self._store.once, key, seconds)

    async def take(self, number: int) -> None:
        """So many evaluations, all or none of them to be made. Raises `BudgetSpent`, `StoreError`.

        What was counted before the budget was found spent stays counted: never too little.
        """
        async with self._one:
            await asyncio.to_thread(self._spend, number)
        self._counted(number)

    def _spend(self, number: int) -> None:
        for _ in range(number):
            self._budget.spend()
