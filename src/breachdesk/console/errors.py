"""What this package raises. No message holds what a person typed."""


class ConsoleError(Exception):
    """Base of this package's errors. The message says what to do."""


class StaffError(ConsoleError):
    """An account cannot be made or changed as asked."""


class Refused(ConsoleError):  # noqa: N818 (an answer to a member of staff, not a fault)
    """An act that is not done, and nothing was changed.

    `reason` is one of a closed list: the console has words for each, under `refused-<reason>`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class LedgerError(ConsoleError):
    """The audit log in the database does not hold. `number` is the first record that is wrong."""

    def __init__(self, number: int, reason: str) -> None:
        self.number = number
        self.reason = reason
        super().__init__(
            f"record {number}: {reason}: keep the database as it is for who looks into this, and "
            "compare it with your copy"
        )


class TaskFailed(ConsoleError):  # noqa: N818 (what a result of a task is called)
    """Stands for what went wrong in the background, whose text might quote what a person wrote."""
