"""`breachdesk letters`: the file for the mail house."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from breachdesk.cli._fail import fail
from breachdesk.incident import IncidentError
from breachdesk.ingest import (
    LETTER_ADDRESSED,
    IngestError,
    LettersReport,
    LettersRequest,
    write_letters,
)
from breachdesk.keys import KeysError

_HELP = """Write the letters with codes, one line a person, for the mail house.

Each line has name and postal address as they are on file, the code that lets only the holder of the
letter ask, and the text in Korean and in English, without any link. The file is for its owner only,
holds personal data, and is never written over another: hand it over encrypted and delete it after.
Opens the keys subject and letter only. The codes belong to the key set's epoch.

Example: breachdesk letters letters.csv --incident incident.toml --source leak.csv --keys keys
--only-without phone,email
"""
_STAGES = {"read": "Reading and cleaning", "letters": "Writing letters"}


def register(app: typer.Typer) -> None:
    """Add `letters` to the application."""
    app.command("letters", help=_HELP)(letters)


def letters(
    out: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write.")],
    incident: Annotated[Path, typer.Option(metavar="I.toml", help="The incident file.")],
    source: Annotated[
        list[Path], typer.Option(metavar="FILE", help="A leaked file; give it once for each.")
    ],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="M.toml", help="What the columns hold; guessed if left out."),
    ] = None,
    only_without: Annotated[
        str,
        typer.Option(
            metavar="CHANNELS",
            help="Leave out who has one of these on file: phone, email, or both with a comma.",
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, for a machine.")
    ] = False,
) -> None:
    """Write the file and say whom it leaves out."""
    channels = tuple(filter(None, only_without.split(",")))
    if set(channels) - set(LETTER_ADDRESSED):
        fail("--only-without: write phone, email, or phone,email")
    request = LettersRequest(incident, tuple(source), keys, out, mapping, channels)
    try:
        report = _run(request)
    except (IncidentError, KeysError, IngestError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out} ({error.strerror}): name files that you may read and write")
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    _print(report, out)


def _run(request: LettersRequest) -> LettersReport:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int | None, _unit: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        return write_letters(request, progress)


def _print(report: LettersReport, out: Path) -> None:
    typer.echo(f"{out}: {report.letters:,} letters for {report.people:,} people.")
    typer.echo(f"No postal address on file: {report.without_address:,} people.")
    if report.reachable:
        typer.echo(f"Left out, for they can be reached otherwise: {report.reachable:,} people.")
    if report.not_findable:
        typer.echo(f"Left out, for no question can find them: {report.not_findable:,} people.")
    rejected = ", ".join(f"{n:,} {why}" for why, n in sorted(report.rejected.items())) or "none"
    typer.echo(f"Rows read: {report.rows_read:,}; rejected: {rejected}.")
