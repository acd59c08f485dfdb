"""`breachdesk inspect`: how a source file is written and what its columns hold."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from breachdesk.ingest import ColumnGuess, Inspection, SourceError
from breachdesk.ingest import inspect as inspect_source

_HELP = (
    "Say how a leaked file is written and what each column holds.\n\n"
    "Shows encoding, delimiter, header, number of rows, and for each column what it holds and how "
    "sure that is. Samples are masked: no value of the file is shown.\n\n"
    "Example: breachdesk inspect leak.csv --write-mapping mapping.toml"
)
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}


def register(app: typer.Typer) -> None:
    """Add `inspect` to the application."""
    app.command("inspect", help=_HELP)(inspect)


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")] = False,
    write_mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="M.toml", help="Write what the columns hold to a new file, for `build`."
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="utf-8 or cp949. Found out if not given.")
    ] = None,
) -> None:
    """Read the file and print what it is."""
    try:
        inspection = inspect_source(file, encoding=encoding)
    except SourceError as error:
        _fail(str(error))
    if write_mapping:
        _write(write_mapping, inspection.mapping_toml())
    if as_json:
        typer.echo(json.dumps(asdict(inspection), ensure_ascii=False))
        return
    _show(file, inspection)
    if write_mapping:
        typer.echo(f"Mapping written to {write_mapping}. {_next_step(inspection)}")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _fail(f"{path} exists and is not overwritten: name another file.")
    except OSError as error:
        _fail(f"{path} cannot be written ({error.strerror}): name a place that you may write to.")


def _show(file: Path, inspection: Inspection) -> None:
    console = Console()
    delimiter = _DELIMITERS.get(inspection.delimiter, inspection.delimiter)
    rejected = "".join(
        f", {count:,} of them unreadable ({reason})"
        for reason, count in inspection.rejected.items()
    )
    console.print(
        f"{escape(file.name)}: {inspection.encoding}, separated by {delimiter}, "
        f"{len(inspection.header)} columns, {inspection.rows:,} rows{rejected}.",
        soft_wrap=True,
    )
    table = Table("#", "Column", "Holds", "Sure", "Masked samples")
    for number, guess in enumerate(inspection.columns, 1):
        table.add_row(
            str(number),
            escape(guess.header),
            _holds(guess),
            f"{guess.confidence:.0%}",
            escape(" · ".join(guess.samples)),
        )
    console.print(table)


def _holds(guess: ColumnGuess) -> str:
    if guess.code is None:
        maybe = f"perhaps {' or '.join(guess.alternatives)}" if guess.alternatives else "unknown"
        return f"[yellow]? {maybe}[/yellow]"
    if guess.check_digits is not None:
        return f"{guess.code} (check digit right in {guess.check_digits:.0%})"
    return guess.code


def _next_step(inspection: Inspection) -> str:
    unsure = sum(guess.code is None for guess in inspection.columns)
    if not unsure:
        return "Pass it to build with --mapping."
    where = "1 column" if unsure == 1 else f"{unsure} columns"
    return f'Replace the "?" of {where} in it, then pass it to build with --mapping.'


def _fail(message: str) -> NoReturn:
    """One red line, exit status 2."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    raise typer.Exit(2)
