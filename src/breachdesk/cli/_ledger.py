"""`breachdesk ledger`: what later releases need of earlier builds, to look at and to end."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.ingest import IngestError, destroy_ledger, show_ledger
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_SHOW_HELP = (
    "List the part sets of the release in force: one a build, with its incident, rows and size. "
    "After keys rotate, with the new keys: those that wait for the others (build --wait).\n\n"
    "Opens the ledger key alone, and decrypts nothing but these descriptions.\n\n"
    "Example: breachdesk ledger show --keys keys --releases releases"
)
_DESTROY_HELP = (
    "Destroy the ledger: its key first, then its files. There is no way back.\n\n"
    "Nobody can add to the incidents after that: a correction takes all files of all incidents, or "
    "an incident retires. The releases stay as they are. The key folder's audit log tells it. "
    "Copies of the key and of the ledger elsewhere are yours to destroy.\n\n"
    "Example: breachdesk ledger destroy --keys keys --releases releases --yes"
)

KeysOption = Annotated[Path, typer.Option(metavar="DIR", help="The key folder.")]
ReleasesOption = Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")]
LedgerOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="The ledger's folder; beside the releases, <their name>-ledger, if not."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
]


def register(app: typer.Typer) -> None:
    """Add `ledger` and its commands to the application."""
    ledger = typer.Typer(no_args_is_help=True, help="Look at the ledger of builds, or destroy it.")
    ledger.command("show", help=_SHOW_HELP)(show_command)
    ledger.command("destroy", help=_DESTROY_HELP)(destroy_command)
    app.add_typer(ledger, name="ledger")


def show_command(
    keys: KeysOption,
    releases: ReleasesOption,
    ledger: LedgerOption = None,
    unlock: UnlockOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the part sets."""
    try:
        found = show_ledger(keys, releases, ledger, unlock_from(unlock))
    except (KeysError, IngestError, StoreError, ReleaseError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot read the ledger ({error.strerror}): name a folder that you may read")
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found]))
        return
    if not found:
        typer.echo("The ledger has nothing of the release in force.")
        return
    waits = any(one.waits for one in found)
    title = "Part sets that wait to be published" if waits else "Part sets of the release in force"
    table = Table(title=title)
    for name in ("incident", "release", "rows", "records", "people", "MiB", "files"):
        table.add_column(name, justify="left" if name in {"incident", "files"} else "right")
    for one in found:
        numbers = (one.release, one.rows, one.records, one.people)
        size = f"{one.bytes / (1 << 20):,.1f}"
        table.add_row(
            one.incident, *(f"{number:,}" for number in numbers), size, escape(", ".join(one.files))
        )
    Console().print(table)


def destroy_command(
    keys: KeysOption,
    releases: ReleasesOption,
    ledger: LedgerOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Destroy key and files."""
    if not yes:
        if not sys.stdin.isatty():
            fail("--yes: say that you mean it, there is no terminal to ask at")
        typer.confirm("Destroy the ledger for good? Nobody can amend a release then", abort=True)
    try:
        size = destroy_ledger(keys, releases, ledger)
    except (KeysError, IngestError, StoreError, ReleaseError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot remove the ledger ({error.strerror}): mend that, then run this again")
    if as_json:
        typer.echo(json.dumps({"destroyed": True, "bytes": size}))
        return
    typer.echo(f"The ledger key is destroyed and {size:,} bytes are removed.")
    typer.echo("To amend a release, give all files again: breachdesk build --replace --no-ledger,")
    typer.echo(f"or with a new ledger after: breachdesk keys ledger {keys}")
