"""The one error of canonical forms."""

from typing import Final, Literal

Reason = Literal[
    "empty", "too-long", "characters", "length", "format", "century", "date", "checksum"
]

REASONS: Final[tuple[Reason, ...]] = (
    "empty",
    "too-long",
    "characters",
    "length",
    "format",
    "century",
    "date",
    "checksum",
)
"""Every reason of PROTOCOL section 3; the list is closed."""


class InvalidField(ValueError):  # noqa: N818 - the protocol's word
    """A text that is no spelling of any value of its field. It never holds the text."""

    def __init__(self, field: str, reason: Reason) -> None:
        super().__init__(f"{field}: {reason}")
        self.field: Final = field
        self.reason: Final[Reason] = reason
