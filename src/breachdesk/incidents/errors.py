"""What the register refuses. Each message says what to do next."""


class RegisterError(Exception):
    """Of this package."""


class UnknownIncidentError(RegisterError):
    """The register has no such incident."""


class WrongChangeError(RegisterError):
    """A change that the register does not take."""


class ClockError(WrongChangeError):
    """A legal clock does not start, move or end so. `reason` is one of: `clock-rule`,
    `clock-none`, `clock-done`, `clock-not-done`, `clock-later`, `clock-before`, `moment`."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(text)


class ChangedMeanwhileError(RegisterError):
    """Another version is in force than the one that was read."""
