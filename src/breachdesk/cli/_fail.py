"""How every command says that it cannot go on: one red line, and an exit status."""

from typing import NoReturn

import typer

WRONG_INPUT = 2
NOT_CHECKED = 3


def fail(message: str, status: int = WRONG_INPUT) -> NoReturn:
    """Say what happened and what to do, and end."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    raise typer.Exit(status)
