"""What this package raises."""


class CheckError(Exception):
    """Base of this package's errors."""


class SettingsError(CheckError):
    """A setting that the service cannot run with. `field` names it, `fix` says what to give."""

    def __init__(self, field: str, fix: str) -> None:
        super().__init__(f"{field}: {fix}")
        self.field = field
        self.fix = fix


class Refusal(CheckError):  # noqa: N818 (an answer to a client, not a fault)
    """A request that is answered with a problem (PROTOCOL section 10).

    `problem` is a name of wire.PROBLEMS; `retry_after` is in whole seconds.
    """

    def __init__(self, problem: str, *, retry_after: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after


class Disconnected(Exception):  # noqa: N818 (nobody is there to be answered)
    """The client went away."""
