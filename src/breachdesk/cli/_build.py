"""`breachdesk build`: from leaked files to a published release."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
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
from breachdesk.cli._ledger import LedgerOption
from breachdesk.cli._passwords import PasswordFile, passwords_from
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.incident import IncidentError
from breachdesk.ingest import Amend, BuildReport, BuildRequest, IngestError, build, plain_swap
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_HELP = """Build a release from leaked files and publish it beside the last one.

Rows become canonical, people are grouped, every question is evaluated under your key, and the
sealed answers go into buckets. Rows that cannot be used go to a file of their own, sealed to your
key: `breachdesk rejects` shows it, and --from-rejects reads it again. Before it is published, the
release is asked for sampled people. All of it is published or nothing; no source value is ever on
disk in plain.

A build that was killed goes on where it was when the same command is run again. What it made of the
rows stays in an encrypted ledger, so a later build adds to an incident (--add) or corrects it
(--replace) without the earlier files; another incident file adds an incident to the release.

Example: breachdesk build --incident incident.toml --source leak.csv --keys keys --releases releases
"""

_SWAP = (
    "This machine swaps to a disk, and it cannot be told that the swap is encrypted: rows of the "
    "leak may stay on it. Turn it off for the build (swapoff -a), or encrypt it."
)

_STAGES = {
    "read": "Reading and cleaning",
    "group": "Grouping",
    "evaluate": "Evaluating",
    "remote": "  by the other evaluators",
    "seal": "Sealing",
    "check": "Asking the release",
    "publish": "Publishing",
}


_CHANGES = {
    "first": "{change.incident}: {change.records:,} records of {change.subjects:,} people.",
    "added": "{change.incident}: {change.records:,} records added, {change.subjects:,} new people.",
    "replaced": "{change.incident}: replaced by {change.records:,} records of "
    "{change.subjects:,} people.",
    "reread": "{change.incident}: {change.records:,} records read again, {change.subjects:,} new "
    "people.",
    "retired": "{change.incident}: left out, it is retired.",
}


def register(app: typer.Typer) -> None:
    """Add `build` to the application."""
    app.command("build", help=_HELP)(build_command)


def build_command(
    incident: Annotated[Path, typer.Option(metavar="I.toml", help="The incident file.")],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder.")],
    releases: Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")],
    source: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A leaked file, a folder, or a pattern in quotes; give it once for each.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="M.toml", help="What the columns hold; guessed if left out."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A new file for the rejected rows, sealed to the key folder. Left out: "
            "RELEASES-rejects/NUMBER.sealed.",
        ),
    ] = None,
    from_rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Read the rows that an earlier build rejected, and no --source; --mapping says "
            "what their columns hold now.",
        ),
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
    add: Annotated[
        bool,
        typer.Option("--add", help="These are more records of an incident that is there already."),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="These are all records of the incident, in place of those in the ledger, which "
            "are then deleted.",
        ),
    ] = False,
    replace_file: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="These are the corrected version of this file in the ledger (ledger show), in its "
            "place; all other records stay. Repeat it.",
        ),
    ] = None,
    beside: Annotated[
        bool,
        typer.Option(
            "--beside",
            help="With --add: sources that look like some in the ledger are others, and both "
            "count.",
        ),
    ] = False,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Begin anew: drop what an interrupted build had done."),
    ] = False,
    ledger: LedgerOption = None,
    no_ledger: Annotated[
        bool,
        typer.Option(
            "--no-ledger", help="Keep nothing: a later build needs all files of all incidents."
        ),
    ] = False,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait",
            help="After keys rotate, with several incidents: keep what this build made in the "
            "ledger, and publish when all incidents of the release in force are built.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, for a machine.")
    ] = False,
    password_file: PasswordFile = None,
) -> None:
    """Run the build and print its report."""
    amend = _amend(add=add, replace=replace, files=replace_file or [])
    if beside and amend != "add":
        fail("--beside: it goes with --add")
    if ledger and no_ledger:
        fail("--ledger or --no-ledger: give one of the two, or neither")
    if amend == "add" and no_ledger:
        fail("--add and --replace-file: they take the ledger, so leave --no-ledger out")
    if wait and no_ledger:
        fail("--wait: it takes the ledger, so leave --no-ledger out")
    if bool(source) == bool(from_rejects):
        fail(
            "Name the files to read with --source, or a file of rejected rows with --from-rejects."
        )
    if plain_swap():
        typer.secho(_SWAP, fg=typer.colors.YELLOW, err=True)
    try:
        request = BuildRequest(
            incident=incident,
            sources=tuple(source or ()),
            keys=keys,
            releases=releases,
            mapping=mapping,
            peers=tuple(one.rstrip("/") for one in peer or ()),
            unlock=unlock_from(unlock),
            workers=workers,
            max_slots=max_slots,
            amend=amend,
            restart=restart,
            ledger=ledger,
            keep_ledger=not no_ledger,
            wait=wait,
            replace_files=tuple(replace_file or ()),
            beside=beside,
            on=on.date() if on else None,
            rejects=rejects,
            from_rejects=from_rejects,
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


def _amend(*, add: bool, replace: bool, files: list[str]) -> Amend | None:
    if add + replace + bool(files) > 1:
        fail("--add, --replace or --replace-file: give one of them")
    return "add" if add or files else "replace" if replace else None


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
    title = f"{report.incident}, built and waiting"
    if report.release is not None:
        title = f"Release {report.release} of {report.incident}"
    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in _lines(report):
        table.add_row(name, value)
    console.print(table)
    console.print(_files(report))
    if report.rejects:
        console.print(
            f"Rejected rows are in {report.rejects}, sealed: breachdesk rejects shows them.",
            soft_wrap=True,
        )
    for change in report.changes:
        console.print(_CHANGES[change.kind].format(change=change), soft_wrap=True)
    if report.waits_for:
        listed = ", ".join(report.waits_for)
        told = f"Nothing is published yet: still to be built with --wait and these keys: {listed}."
        console.print(told, soft_wrap=True)
    else:
        console.print(f"Release id {report.release_id}", soft_wrap=True)


def _files(report: BuildReport) -> Table:
    """Rows by file, and by table where a file has several."""
    shown = Table("#", "File", "Read", "Indexed", "Rejected", title="Rows by file")
    for one in report.sources:
        member = f"/{one.member}" if one.member else ""
        name = f"{one.file}{member}" + (f" [{one.table}]" if one.table else "")
        rejected = ", ".join(f"{count:,} {why}" for why, count in one.rejected.items())
        counts = (f"{one.read:,}", f"{one.indexed:,}", rejected or "0")
        shown.add_row(str(one.number), escape(name), *counts)
    return shown


def _lines(report: BuildReport) -> list[tuple[str, str]]:
    lines = [("Rows read", f"{report.rows_read:,}"), ("  indexed", f"{report.rows_indexed:,}")]
    lines += [(f"  rejected: {why}", f"{n:,}") for why, n in sorted(report.rejected.items())]
    if report.reread is not None:
        moved = f"{report.rows_indexed:,} are indexed now"
        lines.append((f"Rejected by release {report.reread} and read again", moved))
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
        ("Temporary files at their largest", _spill(report)),
        ("Asked before publishing", f"{report.checked:,} questions"),
    ]
    lines += [
        (_STAGES.get(s.name, s.name), f"{s.seconds:,.1f} s, {s.seconds / report.seconds:.0%}")
        for s in report.stages
    ]
    return [
        *lines,
        ("In all", f"{report.seconds:,.1f} s, {report.rows_per_second:,.0f} rows/s"),
        ("Peak memory", f"{_size(report.peak_memory)} in {_processes(report.workers)}"),
    ]


def _spill(report: BuildReport) -> str:
    share = report.spill_bytes / max(report.release_bytes, 1)
    return f"{_size(report.spill_bytes)}, {share:.1f} times the release"


def _processes(workers: int) -> str:
    """The build's own process is its only worker, or has some beside it."""
    return "1 process" if workers == 1 else f"{workers + 1} processes"


def _size(number: int) -> str:
    return f"{number / (1 << 20):,.1f} MiB"
