"""Why a file is not taken. No message holds its name or content."""

from typing import Final

#: `type`: neither an image nor a PDF that we take; `large`: too many bytes, pixels or pages;
#: `locked`: a PDF with a password; `damaged`: it cannot be read; `infected`; `empty`; `many`.
REASONS: Final = ("type", "large", "locked", "damaged", "infected", "empty", "many")


class CleaningError(Exception):
    """Of this package."""


class FileRefusedError(CleaningError):
    """A file is not taken. `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the file is refused: {reason}")
        self.reason = reason
