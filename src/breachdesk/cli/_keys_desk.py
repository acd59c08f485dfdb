"""`breachdesk keys desk`: the key of the desk, for a folder of an earlier version."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError, add_desk_key, open_folder

_HELP = (
    "Make the key that damage reports are sealed to, in a key folder that has none.\n\n"
    "`keys new` makes it; folders of earlier versions do not have it. The desk's process gets the "
    "public half; the private half opens reports, and only the console reads it. The folder stays "
    "sealed as it is. Nothing happens where the key is there already. Make a new copy off line.\n\n"
    "Example: breachdesk keys desk keys"
)


def add_to(keys: typer.Typer) -> None:
    """Add the command to `keys`."""
    keys.command("desk", help=_HELP)(desk)


def desk(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The builder's key folder.")],
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Make it, and print the public half."""
    try:
        made = add_desk_key(folder, unlock=unlock_from(unlock))
        public = open_folder(folder, only=()).public.desk
    except KeysError as error:
        fail(str(error))
    text = "" if public is None else public.hex()
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "made": made, "desk": text}))
    elif made:
        typer.echo(f"Key of the desk made in {folder}. Make a new copy off line.\nPublic: {text}")
    else:
        typer.echo(f"{folder} has the key of the desk already.\nPublic: {text}")
