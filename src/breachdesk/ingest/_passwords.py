"""Passwords of archives: from a file or from a person, never from the command line."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from breachdesk.ingest.errors import SourceError

Ask = Callable[[str], str | None]
"""Asks a person for the password of what has this name; None if nobody answers."""

_MOST: Final = 100
_TRIES: Final = 3


class Passwords:
    """Those that are known, and a person to ask. Their `repr` says nothing."""

    def __init__(self, known: Sequence[str] = (), ask: Ask | None = None) -> None:
        self._known: Final = list(known)
        self._ask: Final = ask

    @classmethod
    def read(cls, path: Path, ask: Ask | None = None) -> "Passwords":
        """Take them from a file, one a line. Raises SourceError."""
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise SourceError(
                "password",
                f"The file of passwords, {path.name}, cannot be read as UTF-8 text.",
                "Name a file with one password a line, which only you may read.",
            ) from None
        return cls([line for line in lines if line][:_MOST], ask)

    def tries(self, name: str) -> Iterator[str]:
        """Yield passwords to try for what has this name, the known ones first.

        One that a person gives is known from then on.
        """
        yield from tuple(self._known)
        for _ in range(_TRIES if self._ask else 0):
            answer = self._ask(name) if self._ask else None
            if not answer:
                return
            self._known.append(answer)
            yield answer


NO_PASSWORDS: Final = Passwords()
