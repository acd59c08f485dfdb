"""`breachdesk rejects`: the rows that a build rejected, counted and masked."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.ingest import (
    REJECT_REASONS,
    MaskedRow,
    RejectsRequest,
    RejectsView,
    SourceError,
    export_rejects,
    leave_no_core,
    view_rejects,
)
from breachdesk.keys import KeysError

_HELP = (
    "Show what a build rejected: how many rows of each file and why, and some of them, masked.\n\n"
    "The file is sealed to the key `rejects` of the key folder; the closing table of `build` names "
    "it. Where the mapping was wrong, correct it and give it to `build --from-rejects FILE "
    "--mapping`, which reads these rows only. Where cells are wrong, --export writes one table's "
    "rows to a CSV file in plain, for repair by hand.\n\n"
    "Example: breachdesk rejects releases-rejects/000001.sealed --keys keys --show 20"
)
_PLAIN = (
    "The export holds what leaked, in plain. Write it to an encrypted disk only, and remove it "
    "when the rows are repaired."
)


def register(app: typer.Typer) -> None:
    """Add `rejects` to the application."""
    app.command("rejects", help=_HELP)(rejects)


def rejects(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file that `build` named.")],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder of the build.")],
    unlock: UnlockOption = None,
    show: Annotated[int, typer.Option(min=0, max=1000, help="How many rows to show, masked.")] = 5,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help=f"Only rows of one reason: {', '.join(REJECT_REASONS)}."
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only rows of a file: its number, name or a pattern."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="OUT.csv", help="Write one table's rows to a new file, in PLAIN."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask whether the export may be in plain.")
    ] = False,
) -> None:
    """Open the file and print what is in it."""
    leave_no_core()
    if reason is not None and reason not in REJECT_REASONS:
        fail(f"--reason must be one of {', '.join(REJECT_REASONS)}.")
    request = RejectsRequest(path, keys, unlock_from(unlock), reason, file)
    try:
        if export is not None:
            _export(request, export, sure=yes)
            return
        view = view_rejects(request, show)
    except (SourceError, KeysError) as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"The export cannot be written ({error.strerror}): name a place that you may write to."
        )
    if as_json:
        typer.echo(json.dumps(asdict(view), ensure_ascii=False))
    else:
        _print(view)


def _export(request: RejectsRequest, out: Path, *, sure: bool) -> None:
    typer.secho(_PLAIN, fg=typer.colors.YELLOW, err=True)
    if not sure and not typer.confirm("Write it?", err=True):
        fail("Nothing was written.")
    count = export_rejects(request, out)
    typer.echo(f"{count:,} rows are in {out}, readable by you alone.")


def _print(view: RejectsView) -> None:
    console = Console()
    title = f"Rejected rows of release {view.release} of {view.incident}"
    counts = Table("#", "File", "Rows read", "Reason", "Rejected", title=escape(title))
    for table in view.tables:
        member = f"/{table.member}" if table.member else ""
        name = f"{table.file}{member}" + (f" [{table.table}]" if table.table else "")
        leading = (str(table.number), escape(name), f"{table.read:,}")
        for why, count in table.rejected.items():
            counts.add_row(*leading, why, f"{count:,}")
            leading = ("", "", "")
    console.print(counts)
    for row in view.rows:
        console.print(escape(_line(row)), soft_wrap=True)
    if view.rows:
        console.print("Cells are masked.")


def _line(row: MaskedRow) -> str:
    cells = " · ".join(f"{name}: {shown}" for name, shown in row.cells if shown)
    why = f"{row.reason} ({row.at})" if row.at else row.reason
    return f"{row.label}, row {row.row:,}: {why}\n    {cells}"
