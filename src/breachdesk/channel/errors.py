"""What this package raises. No message holds an address or a code."""

from collections.abc import Sequence
from dataclasses import dataclass


class ChannelError(Exception):
    """Base of this package's errors. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a channel file: `line` counts from 1."""

    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message} {self.fix}"


class ConfigError(ChannelError):
    """A channel file cannot be used; `problems` holds everything that is wrong, by line."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = sorted(problems, key=lambda problem: problem.line)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        count = len(self.problems)
        super().__init__(f"{source}: {count} problem{'' if count == 1 else 's'}\n{lines}")


class Refusal(ChannelError):  # noqa: N818 (an answer to a client, not a fault)
    """A request that is answered with a problem (PROTOCOL section 10).

    `problem` is a name of wire.PROBLEMS; `retry_after` is in whole seconds.
    """

    def __init__(self, problem: str, *, retry_after: int | None = None, allow: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after
        self.allow = allow


class StaffError(ChannelError):
    """Somebody at the desk may not do this, or a name is taken."""


class NotSent(ChannelError):  # noqa: N818 (named for what is known of the message)
    """A message was certainly not accepted. `reason` is a word of a closed list, for operators."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedForNow(NotSent):
    """Not accepted this time: it may be tried again."""


class RefusedForGood(NotSent):
    """Never to be accepted as it is."""


class SendersConfigError(ChannelError):
    """A sender cannot be made from the channel file, such as for want of its password file."""


class SealError(ChannelError):
    """A row of the outbox does not open: it was sealed under another key, or changed."""
