"""What the register refuses. Each message says what to do next."""


class RegisterError(Exception):
    """Of this package."""


class UnknownIncidentError(RegisterError):
    """The register has no such incident."""


class WrongChangeError(RegisterError):
    """A change that the register does not take."""


class ChangedMeanwhileError(RegisterError):
    """Another version is in force than the one that was read."""
