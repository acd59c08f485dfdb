"""`breachdesk inspect`: how source files are written and what their columns hold."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from breachdesk.cli._fail import fail
from breachdesk.cli._passwords import PasswordFile, passwords_from
from breachdesk.incident import IncidentError, load
from breachdesk.ingest import (
    ColumnGuess,
    Inspection,
    Inspections,
    Reading,
    SourceError,
    columns_unsure,
    leave_no_core,
)
from breachdesk.ingest import inspect as inspect_sources

_HELP = (
    "Say how leaked files are written and what each column holds.\n\n"
    "CSV and other delimited text, XLSX, XLS, ODS, JSON, JSON lines, SQL dumps and Parquet; also "
    "packed with gzip, ZIP or 7z. For each table: format, header, number of rows, rows that would "
    "be rejected and why, and for each column what it holds and how sure that is. Samples are "
    "masked: no value of a file is shown.\n\n"
    "Example: breachdesk inspect leak.csv --write-mapping mapping.toml"
)


def register(app: typer.Typer) -> None:
    """Add `inspect` to the application."""
    app.command("inspect", help=_HELP)(inspect)


def inspect(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Files, folders, or patterns in quotes: 'leak/*.csv'."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")] = False,
    write_mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="M.toml", help="Write what the columns hold to a new file, for `build`."
        ),
    ] = None,
    incident: Annotated[
        Path | None,
        typer.Option(
            metavar="I.toml", help="Say also how many rows this incident's lookups cannot find."
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="utf-8, cp949, utf-16-le or utf-16-be. Found out if not given."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What separates columns. Found out if not given.")
    ] = None,
    password_file: PasswordFile = None,
) -> None:
    """Read the files and print what they are."""
    leave_no_core()
    console = Console(stderr=True)
    try:
        with Progress(*_columns(), console=console, transient=True) as bars:
            found = inspect_sources(
                *files,
                reading=Reading(encoding=encoding, delimiter=delimiter),
                passwords=passwords_from(password_file),
                incident=load(incident) if incident else None,
                progress=_Bars(bars),
            )
    except (SourceError, IncidentError) as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"{error.filename or 'A file'} cannot be read ({error.strerror}): name one that is "
            "there."
        )
    if write_mapping:
        _write(write_mapping, found.mapping_toml())
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        for table in found.tables:
            _show(table)
        if write_mapping:
            typer.echo(f"Mapping written to {write_mapping}. {_next_step(found)}")
    if found.problems:
        fail("\n".join(map(str, found.problems)))


class _Bars:
    """A line for each table, with the time that is left."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int | None, unit: str) -> None:  # noqa: ARG002
        """Draw how far the reading of a table is."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(escape(stage), total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


def _columns() -> tuple[TextColumn, BarColumn, DownloadColumn, TimeRemainingColumn]:
    return TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()


def _as_json(found: Inspections) -> dict[str, Any]:
    """One table by itself, or a list of several."""
    tables = [asdict(table) for table in found.tables]
    if len(tables) == 1 and not found.problems:
        return tables[0]
    return {"tables": tables, "problems": [str(problem) for problem in found.problems]}


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists and is not overwritten: name another file.")
    except OSError as error:
        fail(f"{path} cannot be written ({error.strerror}): name a place that you may write to.")


def _show(table: Inspection) -> None:
    console = Console()
    member = f"/{table.member}" if table.member else ""
    name = f"{table.file}{member}" + (f" [{table.table}]" if table.table else "")
    rejected = "".join(
        f", {count:,} of them ({count / max(table.rows, 1):.1%}) unreadable: {reason}"
        for reason, count in table.rejected.items()
    )
    console.print(
        escape(
            f"{name}: {table.layout}, {len(table.header)} columns, {table.rows:,} rows{rejected}."
        ),
        soft_wrap=True,
    )
    for reason, share in table.unfindable.items():
        console.print(f"Up to {share:.1%} of the rows: {escape(reason)}.", soft_wrap=True)
    console.print(_table(table))
    for number, guess in enumerate(table.columns, 1):
        for note in guess.notes:
            console.print(escape(f"Column {number}: {note}"), style="yellow", soft_wrap=True)


def _table(table: Inspection) -> Table:
    shown = Table("#", "Column", "Holds", "Sure", "Unusable", "Masked samples")
    for number, guess in enumerate(table.columns, 1):
        shown.add_row(
            str(number),
            escape(guess.header),
            _holds(guess),
            f"{guess.confidence:.0%}",
            "" if guess.invalid is None else f"{guess.invalid:.1%}",
            escape(" · ".join(guess.samples)),
        )
    return shown


def _holds(guess: ColumnGuess) -> str:
    if guess.code is None:
        maybe = f"perhaps {' or '.join(guess.alternatives)}" if guess.alternatives else "unknown"
        return f"[yellow]? {maybe}[/yellow]"
    if guess.check_digits is not None:
        return f"{guess.code} (check digit right in {guess.check_digits:.0%})"
    return guess.code


def _next_step(found: Inspections) -> str:
    unsure = columns_unsure(found.tables)
    if not unsure:
        return "Review it, then pass it to build with --mapping."
    where = "1 column" if unsure == 1 else f"{unsure} columns"
    return f'Replace the "?" of {where} in it, then pass it to build with --mapping.'
