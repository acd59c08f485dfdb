"""`breachdesk purge`: delete what is past its date."""

import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.desk import DeskError, PurgeError, set_up
from breachdesk.incidents import Actor

_HELP = (
    "Delete what the desk has kept to its date, and look that it is gone.\n\n"
    "A case past its date is shredded: its key goes, so that neither its receipt nor the desk's "
    "key opens anything of it, in no copy of its sealed parts. Contacts, files, keys of sent forms "
    "and codes of calls have dates of their own. Afterwards the rows, and on SQLite every byte of "
    "the database's files, are looked through for the old keys. Backups keep what they hold: let "
    "them end no later. Run it daily.\n\n"
    "Example: breachdesk purge --data desk --json"
)


def register(app: typer.Typer) -> None:
    """Add `purge` to the application."""
    app.command("purge", help=_HELP)(purge)


def purge(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The desk's data folder.")] = Path(
        "desk"
    ),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Purge, and say what went."""
    try:
        set_up(data)
        services = import_module("breachdesk.desk.services")
        done = asdict(services.purge(Actor.system("purge")))
    except PurgeError as error:
        fail(str(error), NOT_CHECKED)
    except DeskError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps(done))
        return
    typer.echo("\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in done.items()))
