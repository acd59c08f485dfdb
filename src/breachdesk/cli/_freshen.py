"""`breachdesk freshen`: a new cosignature of the checkpoint by hand."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._serve import WITNESS_HELP
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError, open_folder
from breachdesk.release import ReleaseError, Store, StoreError, VKey
from breachdesk.serving import Courier, NotWitnessed, ServeError, couriers

_HELP = "\n\n".join(
    (
        "Say that the newest release is still in force.",
        (
            "A check refuses a release whose newest cosignature is more than 7 days old. This adds "
            "the operator's cosignature of now to RELEASES/checkpoint, in place of its last; those "
            "of witnesses stay. `serve` does it daily by itself. Only the timestamp key is opened."
        ),
        (
            "With --witness the checkpoint is also brought to witnesses, once. Exit status 3 if "
            "one of them did not cosign it; the operator's cosignature stands all the same."
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
    witness: Annotated[
        list[str] | None, typer.Option(metavar='"URL VKEY"', help=WITNESS_HELP)
    ] = None,
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
        log, own = VKey.parse(folder.public.log), VKey.parse(folder.public.timestamp)
        asked = couriers(store, log, own, witness or [])
        store.freshen(folder.timestamp, now, log=log)
        size = store.size
    except (KeysError, StoreError, ServeError) as error:
        fail(str(error))
    answers = [_bring(one) for one in asked]
    if as_json:
        result = {"origin": folder.origin, "size": size, "time": now, "witnesses": answers}
        typer.echo(json.dumps(result))
    else:
        typer.echo(f"The checkpoint of {size} log entries is cosigned as of {_words(now)}.")
        for one in answers:
            when = one["time"]
            said = f"witnessed at {_words(when)}" if isinstance(when, int) else one["error"]
            typer.echo(f"{one['witness']}: {said}")
    if any(one["time"] is None for one in answers):
        raise typer.Exit(NOT_CHECKED)


def _bring(courier: Courier) -> dict[str, str | int | None]:
    """When this witness cosigned, or why it did not."""
    name = courier.witness.key.name
    try:
        return {"witness": name, "time": courier.bring(time.time()), "error": None}
    except (NotWitnessed, ReleaseError, StoreError) as error:
        return {"witness": name, "time": None, "error": f"not witnessed: {error}"}


def _words(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
