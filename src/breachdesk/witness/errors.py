"""What this package raises."""


class WitnessError(Exception):
    """Base of this package's errors."""


class StateError(WitnessError):
    """The witness's folder cannot be read or written. `fix` says what to do; nothing was signed."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}: {fix}")
        self.message = message
        self.fix = fix


class AlarmError(WitnessError):
    """The log contradicts itself, and nothing of it is cosigned (PROTOCOL section 9.5).

    `kind` is `fork` or `rollback`; `evidence` is the folder that holds both signed checkpoints.
    """

    def __init__(self, kind: str, evidence: str) -> None:
        super().__init__(
            f"{kind}: the log contradicts what was cosigned. Both signed checkpoints are in "
            f"{evidence}: publish them, ask the operator, and move that folder away to go on"
        )
        self.kind = kind
        self.evidence = evidence


class RefusedError(WitnessError):
    """A submitted checkpoint that is not cosigned: the HTTP status that says so (9.5).

    `size` is the size that the witness has, where the status is to tell it.
    """

    def __init__(self, status: int, reason: str, size: int | None = None) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason
        self.size = size
