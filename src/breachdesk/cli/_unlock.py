"""The option --unlock, which every command has that opens a key folder."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.keys import Unlock

UnlockOption = Annotated[
    Path | None,
    typer.Option(
        "--unlock",
        metavar="FILE",
        help="What opens a sealed key folder: passphrase, age identity, token PIN or credential. "
        "Default: the systemd credential breachdesk-unlock, else a prompt.",
    ),
]


def unlock_from(file: Path | None) -> Unlock:
    """Where the secret comes from; a person at a terminal is asked."""
    return Unlock(file, ask if sys.stdin.isatty() else None)


def ask(what: str) -> str:
    """Ask on the terminal, without an echo."""
    return getpass.getpass(f"{what[0].upper()}{what[1:]}: ")
