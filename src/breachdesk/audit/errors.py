"""What this package raises."""


class AuditError(Exception):
    """The log cannot be written, or does not hold what was written. `line` is the first bad one.

    The message says what to do; it quotes nothing of the log.
    """

    def __init__(self, reason: str, fix: str, *, line: int | None = None) -> None:
        """`line` counts from 1; None when no line is at fault."""
        where = "audit log" if line is None else f"audit log, line {line}"
        super().__init__(f"{where}: {reason}: {fix}")
        self.reason = reason
        self.fix = fix
        self.line = line
