"""A gate that lets everybody in: for tests and measurements of what is behind it."""

import warnings


class OpenGate:
    """Admits without counting. Warns, since nothing that serves people may have it."""

    def __init__(self) -> None:
        warnings.warn("requests are admitted without limits, tokens or budgets", stacklevel=2)

    async def admit(self, address: str, token: bytes | None) -> None:
        """Always."""

    def give_back(self) -> None:
        """Nothing was taken."""

    async def challenge(self) -> bytes:
        """No client needs one."""
        return b"{}"
