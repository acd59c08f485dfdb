"""What this package raises. Nothing of a request is in any of them."""


class AdmissionError(Exception):
    """Base of this package's errors."""


class StoreError(AdmissionError):
    """The store cannot count: the request must be refused, never let through."""


class Limited(AdmissionError):  # noqa: N818 (an answer to a client, not a fault)
    """A client's address or network has had what it may have.

    `reason` is one of LIMIT_REASONS; `retry_after` is in whole seconds, at least 1.
    """

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class TokenRefused(AdmissionError):  # noqa: N818 (an answer to a client, not a fault)
    """A token that does not admit (PROTOCOL section 10.1). `reason` is one of TOKEN_REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OptionError(AdmissionError):
    """An option that admission cannot run with. `field` names it, `fix` says what to give."""

    def __init__(self, field: str, fix: str) -> None:
        super().__init__(f"{field}: {fix}")
        self.field = field
        self.fix = fix


class BudgetSpent(AdmissionError):  # noqa: N818 (an answer to a client, not a fault)
    """A key has given what it may give. `period` is `day` or `epoch`; `retry_after` in seconds."""

    def __init__(self, period: str, retry_after: int) -> None:
        super().__init__(period)
        self.period = period
        self.retry_after = retry_after
