"""`breachdesk keys ledger`: the ledger key of a folder that has none."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError, make_ledger_key

_HELP = (
    "Make the key of the ledger, for a folder that was made before there were ledgers or whose "
    "ledger was destroyed.\n\n"
    "Nothing happens if the folder has one. A sealed folder stays sealed.\n\n"
    "Example: breachdesk keys ledger keys"
)


def add_to(keys: typer.Typer) -> None:
    """Add the command to `keys`."""
    keys.command("ledger", help=_HELP)(ledger)


def ledger(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The builder's key folder.")],
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Make the key."""
    try:
        made = make_ledger_key(folder, unlock=unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot change the folder ({error.strerror}): name one that you may write to")
    if as_json:
        typer.echo(json.dumps({"made": made}))
        return
    typer.echo("The ledger key is made." if made else "The folder has a ledger key already.")
