"""`breachdesk keys`: make the keys of a service."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli import _keys_custody, _keys_epoch, _keys_later, _keys_split
from breachdesk.cli._fail import fail
from breachdesk.keys import DEFAULT_ORIGIN, PUBLIC_FILE, KeyFolder, KeysError, create

_NEW_HELP = (
    "Make every key of a service in a new folder.\n\n"
    "The folder gets mode 0700 and each file 0600. It holds one file a key: the evaluator keys "
    "(oprf-open, oprf-code), the channel key (oprf-channel), the log key that signs releases, the "
    "timestamp key that says how fresh they are, the key that signs a builder's batches, and the "
    "keys of release ids, padding, subject ids, claim tokens, letters, addresses, challenges and "
    "the ledger, and those that rejected rows and damage reports are sealed to. "
    "folder.toml holds the public half, audit.jsonl tells what happened to the folder.\n\n"
    "Keep a copy off line, and seal the folder (keys seal). Who has these keys can find out from a "
    "release who is in the leak; who loses them cannot publish a next release. An existing folder "
    "is never overwritten.\n\n"
    "Example: breachdesk keys new keys --origin breach.example.org"
)

_ORIGIN_HELP = (
    "The name of your log, which stands in every release and cannot change later: the host name of "
    "your service, and a path if you like. No blanks, no plus. The default is for trying out."
)


def register(app: typer.Typer) -> None:
    """Add `keys` and its commands to the application."""
    keys = typer.Typer(
        no_args_is_help=True, help="Make, seal, share, renew and destroy the keys of a service."
    )
    keys.command("new", help=_NEW_HELP)(new)
    for part in (_keys_custody, _keys_split, _keys_epoch, _keys_later):
        part.add_to(keys)
    app.add_typer(keys, name="keys")


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make; it must not exist yet.")
    ],
    origin: Annotated[str, typer.Option(metavar="NAME", help=_ORIGIN_HELP)] = DEFAULT_ORIGIN,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the public values as JSON, for a machine.")
    ] = False,
) -> None:
    """Make the folder and print its public values."""
    try:
        keys = create(folder, origin=origin)
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot make the folder ({error.strerror}): name a place that you may write to")
    public_file = folder / PUBLIC_FILE
    if as_json:
        typer.echo(json.dumps(_public_values(keys, folder), ensure_ascii=False))
        return
    typer.echo(f"Keys made in {folder}. Keep a copy off line.")
    typer.echo(f"Log public key:  {keys.public.log}")
    typer.echo(f"Public values:   {public_file}")


def _public_values(keys: KeyFolder, folder: Path) -> dict[str, object]:
    """What --json prints: nothing secret."""
    return {
        "folder": str(folder),
        "public_file": str(folder / PUBLIC_FILE),
        "origin": keys.origin,
        "epoch": keys.epoch,
        "log": keys.public.log,
        "timestamp": keys.public.timestamp,
        "oprf": {kind: key.public.hex() for kind, key in keys.public.oprf.items()},
    }
