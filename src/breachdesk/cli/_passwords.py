"""Where the passwords of archives come from: a file, or the person at the terminal."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.ingest import Passwords

PasswordFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A file with the passwords of archives, one a line. Asked for if left out.",
    ),
]


def passwords_from(file: Path | None) -> Passwords:
    """Return those of the file; ask for others where a person can answer.

    Raises SourceError if the file cannot be read.
    """
    ask = _ask if sys.stdin.isatty() else None
    return Passwords.read(file, ask) if file else Passwords(ask=ask)


def _ask(name: str) -> str | None:
    try:
        answer = typer.prompt(
            f"Password of {name}", hide_input=True, default="", show_default=False, err=True
        )
    except typer.Abort:
        return None
    return str(answer) or None
