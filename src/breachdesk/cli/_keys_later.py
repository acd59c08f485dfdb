"""`breachdesk keys builder`, `rejects`, `ledger` and `desk`: keys that an old folder lacks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import (
    KeysError,
    Unlock,
    add_desk_key,
    builder_vkey,
    make_ledger_key,
    open_folder,
    rejects_public,
)

_BUILDER_HELP = (
    "Print the public key that signs this builder's batches, and make it if it is missing.\n\n"
    "The other holder gives it to `breachdesk evaluator --builder`: only then does its evaluator "
    "take batches from `build --peer`.\n\n"
    "Example: breachdesk keys builder keys"
)
_REJECTS_HELP = (
    "Print the public key that rejected rows are sealed to, and make it if it is missing.\n\n"
    "Folders of earlier versions lack it. `breachdesk rejects` opens what was sealed to it.\n\n"
    "Example: breachdesk keys rejects keys"
)
_LEDGER_HELP = (
    "Make the key of the ledger, for a folder that was made before there were ledgers or whose "
    "ledger was destroyed.\n\n"
    "Nothing happens if the folder has one. A sealed folder stays sealed.\n\n"
    "Example: breachdesk keys ledger keys"
)
_DESK_HELP = (
    "Make the key that damage reports are sealed to, in a key folder that has none.\n\n"
    "`keys new` makes it; folders of earlier versions do not have it. The desk's process gets the "
    "public half; the private half opens reports, and only the console reads it. The folder stays "
    "sealed as it is. Nothing happens where the key is there already. Make a new copy off line.\n\n"
    "Example: breachdesk keys desk keys"
)

_Result = TypeVar("_Result")
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The builder's key folder.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for a machine.")]


def add_to(keys: typer.Typer) -> None:
    """Add the commands to `keys`."""
    keys.command("builder", help=_BUILDER_HELP)(builder)
    keys.command("rejects", help=_REJECTS_HELP)(rejects)
    keys.command("ledger", help=_LEDGER_HELP)(ledger)
    keys.command("desk", help=_DESK_HELP)(desk)


def builder(folder: _Folder, unlock: UnlockOption = None, as_json: _AsJson = False) -> None:
    """Print the builder's public key."""
    vkey = _done(unlock, lambda secret: builder_vkey(folder, unlock=secret))
    typer.echo(json.dumps({"builder": vkey}) if as_json else vkey)


def rejects(folder: _Folder, unlock: UnlockOption = None, as_json: _AsJson = False) -> None:
    """Print the key that rejected rows are sealed to."""
    public = _done(unlock, lambda secret: rejects_public(folder, unlock=secret)).hex()
    typer.echo(json.dumps({"rejects": public}) if as_json else public)


def ledger(folder: _Folder, unlock: UnlockOption = None, as_json: _AsJson = False) -> None:
    """Make the key of the ledger."""
    made = _done(unlock, lambda secret: make_ledger_key(folder, unlock=secret))
    if as_json:
        typer.echo(json.dumps({"made": made}))
        return
    typer.echo("The ledger key is made." if made else "The folder has a ledger key already.")


def desk(folder: _Folder, unlock: UnlockOption = None, as_json: _AsJson = False) -> None:
    """Make the key of the desk, and print the public half."""
    made = _done(unlock, lambda secret: add_desk_key(folder, unlock=secret))
    public = open_folder(folder, only=()).public.desk
    text = "" if public is None else public.hex()
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "made": made, "desk": text}))
    elif made:
        typer.echo(f"Key of the desk made in {folder}. Make a new copy off line.\nPublic: {text}")
    else:
        typer.echo(f"{folder} has the key of the desk already.\nPublic: {text}")


def _done(unlock: Path | None, work: Callable[[Unlock], _Result]) -> _Result:
    """What the work returns; what goes wrong, in one line."""
    try:
        return work(unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot change the folder ({error.strerror}): name one that you may write to")
