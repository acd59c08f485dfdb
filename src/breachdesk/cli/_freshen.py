"""`breachdesk freshen`: a new cosignature of the checkpoint by hand."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError, open_folder
from breachdesk.release import Store, StoreError, VKey

_HELP = "\n\n".join(
    (
        "Say that the newest release is still in force.",
        (
            "A check refuses a release whose newest cosignature is more than 7 days old. This adds "
            "the operator's cosignature of now to RELEASES/checkpoint, in place of its last; those "
            "of witnesses stay. `serve` does it daily by itself. Only the timestamp key is opened."
        ),
        "Example: breachdesk freshen releases --keys keys",
    )
)


def register(app: typer.Typer) -> None:
    """Add `freshen` to the application."""
    app.command("freshen", help=_HELP)(freshen)


def freshen(
    releases: Annotated[Path, typer.Argument(metavar="RELEASES", help="The folder of releases.")],
    keys: Annotated[Path, typer.Option("--keys", metavar="DIR", help="The key folder.")],
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print origin, size and time as JSON, for a machine.")
    ] = False,
) -> None:
    """Cosign the checkpoint with the time of now."""
    now = int(time.time())
    store = Store(releases)
    try:
        folder = open_folder(keys, only=["timestamp"], unlock=unlock_from(unlock))
        store.freshen(folder.timestamp, now, log=VKey.parse(folder.public.log))
        size = store.size
    except (KeysError, StoreError) as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps({"origin": folder.origin, "size": size, "time": now}))
        return
    stamp = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    typer.echo(f"The checkpoint of {size} log entries is cosigned as of {stamp}.")
