"""`breachdesk build`: from leaked files to a published release."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from breachdesk.cli._fail import fail
from breachdesk.cli._passwords import PasswordFile, passwords_from
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.incident import IncidentError
from breachdesk.ingest import BuildReport, BuildRequest, IngestError, build
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_HELP = """Build a release from leaked files and publish it beside the last one.

Rows become canonical, people are grouped, every question is evaluated under your key, and the
sealed answers go into buckets. Before it is published, the release is asked for sampled people. All
of it is published or nothing; no source value is ever on disk in plain. A second build makes
release 2.

Example: breachdesk build --incident incident.toml --source leak.csv --keys keys --releases releases
"""

_STAGES = {
    "read": "Reading and cleaning",
    "evaluate": "Evaluating",
    "remote": "  by the other evaluators",
    "seal": "Sealing",
    "check": "Asking the release",
    "publish": "Publishing",
}


def register(app: typer.Typer) -> None:
    """Add `build` to the application."""
    app.command("build", help=_HELP)(build_command)


def build_command(
    incident: Annotated[Path, typer.Option(metavar="I.toml", help="The incident file.")],
    source: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE",
            help="A leaked file, a folder, or a pattern in quotes; give it once for each.",
        ),
    ],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder.")],
    releases: Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="M.toml", help="What the columns hold; guessed if left out."),
    ] = None,
    peer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="Another evaluator, where the keys are split and this folder has a share; "
            "repeat it.",
        ),
    ] = None,
    unlock: UnlockOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; one for each core if left out.")
    ] = None,
    max_slots: Annotated[
        int, typer.Option(min=1, max=64, help="How many people may share the same details.")
    ] = 8,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day of building that the manifest names, today if left out; who builds "
            "again to compare the bytes names the day of the first build.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, for a machine.")
    ] = False,
    password_file: PasswordFile = None,
) -> None:
    """Run the build and print its report."""
    try:
        request = BuildRequest(
            incident=incident,
            sources=tuple(source),
            keys=keys,
            releases=releases,
            mapping=mapping,
            peers=tuple(one.rstrip("/") for one in peer or ()),
            unlock=unlock_from(unlock),
            workers=workers,
            max_slots=max_slots,
            on=on.date() if on else None,
            passwords=passwords_from(password_file),
        )
        report = _run(request)
    except (IncidentError, KeysError, IngestError, StoreError, ReleaseError) as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"cannot read {error.filename or 'a file'} ({error.strerror}): name a file that is "
            "there and that you may read"
        )
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    _print(report)


def run_build(request: BuildRequest) -> None:
    """Build with progress, and print the closing table. Raises what `build` raises."""
    _print(_run(request))


def _run(request: BuildRequest) -> BuildReport:
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} {task.fields[unit]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        return build(request, _Bars(bars))


class _Bars:
    """A line for each stage, with its rate and the time that is left."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Draw what a stage has done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(
                _STAGES.get(stage, stage), total=total, unit=unit, rate=""
            )
        task = self._tasks[stage]
        elapsed = self._bars.tasks[task].elapsed or 0
        rate = f"{done / elapsed:,.0f}/s" if elapsed > 0.5 else ""
        self._bars.update(task, completed=done, total=total, rate=rate)


def _print(report: BuildReport) -> None:
    console = Console()
    for problem in report.warnings:
        console.print(
            f"Warning, line {problem.line}: {problem.message} {problem.fix}", style="yellow"
        )
    table = Table(title=f"Release {report.release} of {report.incident}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in _lines(report):
        table.add_row(name, value)
    console.print(table)
    console.print(f"Release id {report.release_id}", soft_wrap=True)


def _lines(report: BuildReport) -> list[tuple[str, str]]:
    lines = [("Rows read", f"{report.rows_read:,}"), ("  indexed", f"{report.rows_indexed:,}")]
    lines += [(f"  rejected: {why}", f"{n:,}") for why, n in sorted(report.rejected.items())]
    lines.append(("People", f"{report.subjects:,}"))
    for lookup in report.lookups:
        lines.append((lookup.id, f"{lookup.subjects:,} people, {lookup.entries:,} entries"))
        lines += [(f"  rows left out: {w}", f"{n:,}") for w, n in sorted(lookup.left_out.items())]
    if report.token_evaluations:
        rate = report.token_seconds / report.token_evaluations * 1e6
        cost = f"{report.token_seconds:,.1f} core seconds, {rate:,.1f} us each"
        lines.append(("Channel tokens of addresses", f"{report.token_evaluations:,}, {cost}"))
    lines += [
        ("Evaluations in all", f"{report.evaluations:,}"),
        ("Buckets", f"{report.buckets:,} of {report.capacity:,} entries"),
        ("Size", _size(report.release_bytes)),
        ("Asked before publishing", f"{report.checked:,} questions"),
    ]
    lines += [(_STAGES.get(s.name, s.name), f"{s.seconds:,.1f} s") for s in report.stages]
    return [
        *lines,
        ("In all", f"{report.seconds:,.1f} s, {report.rows_per_second:,.0f} rows/s"),
        ("Peak memory", f"{_size(report.peak_memory)} in {report.workers + 1} processes"),
    ]


def _size(number: int) -> str:
    return f"{number / (1 << 20):,.1f} MiB"
