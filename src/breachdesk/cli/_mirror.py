"""`breachdesk mirror`: copy a published log and its buckets, everything verified."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._public_key import HELP as PUBLIC_KEY_HELP
from breachdesk.cli._public_key import PublicKey, read_public_key, read_timestamp_keys
from breachdesk.hosts import BucketHost, HostAddressError, HostError, MirrorReport, mirror
from breachdesk.release import ReleaseError, StoreError
from breachdesk.serving import stop_signals

_HELP = (
    "Copy a published log and its buckets to this host, so that somebody else than the operator "
    "serves them.\n\n"
    "Signatures, leaves, manifests and every bucket are verified before a release is put in its "
    "place; `checkpoint` is replaced last. Killed, it goes on where it was. A log that does not "
    "continue the copy is refused. Nothing is deleted, unless --prune is given and the source has "
    "retired a release's buckets.\n\n"
    "Exit status: 0, or 3 if the log could not be fetched or does not hold.\n\n"
    "Example: breachdesk mirror https://check.breach.example.org copy --log LOG_VKEY --every 60"
)


def register(app: typer.Typer) -> None:
    """Add `mirror` to the application."""
    app.command("mirror", help=_HELP)(mirror_command)


def mirror_command(
    url: Annotated[str, typer.Argument(metavar="URL", help="The bucket host to copy from.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to copy to.")],
    log: Annotated[
        str | None,
        typer.Option(metavar="VKEY", help=f"{PUBLIC_KEY_HELP} Remembered for the next runs."),
    ] = None,
    timestamp: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY",
            help="Keys of the log's time, the operator's or a witness's: with them cosignatures "
            "are checked too. Repeat it; with --log.",
        ),
    ] = None,
    every: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Between two runs.")
    ] = 60.0,
    once: Annotated[bool, typer.Option(help="One run, then end.")] = False,
    prune: Annotated[
        bool, typer.Option(help="Delete buckets of releases that the source has retired.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each run's report as one line of JSON.")
    ] = False,
) -> None:
    """Bring the copy up to date, again and again."""
    key = read_public_key(log, "--log")
    if timestamp:
        if key is None:
            fail("--timestamp: goes with --log")
        key = PublicKey(key.log, read_timestamp_keys(timestamp, "--timestamp"))
    try:
        with BucketHost(url) as host, stop_signals() as stop:
            while True:
                began = time.monotonic()
                report = _run(host, folder, key, prune=prune, last=once)
                if report is not None:
                    _print(report, time.monotonic() - began, as_json=as_json)
                if once or stop.wait(every):
                    return
    except HostAddressError as error:
        fail(f"URL: {error}")
    except StoreError as error:
        fail(str(error))


def _run(
    host: BucketHost, folder: Path, key: PublicKey | None, *, prune: bool, last: bool
) -> MirrorReport | None:
    """One run. A host that is away is asked again later; a fork ends everything."""
    try:
        with _progress() as bars:
            task = bars.add_task("Buckets", total=None)

            def tell(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

            log, stamps = (key.log, key.timestamps) if key else (None, ())
            return mirror(host, folder, log, timestamps=stamps, prune=prune, progress=tell)
    except HostError as error:
        message = f"not mirrored: {error}. The copy is what it was; run it again to go on."
        end = last
    except ReleaseError as error:
        message = f"not mirrored: {error}. The copy is what it was."
        end = last or error.code == "fork"
        if error.code in ("fork", "rollback"):
            message += " Keep this copy: it shows what was published before."
    if end:
        fail(message, NOT_CHECKED)
    typer.secho(message, fg=typer.colors.RED, err=True)
    return None


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print(report: MirrorReport, seconds: float, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**report.to_json(), "seconds": round(seconds, 3)}))
        return
    if not report.changed and not report.placed and not report.pruned:
        return
    held = f"under the key of {report.origin}" if report.trusted else "as far as it agrees"
    typer.echo(
        f"{report.size} log entries, {len(report.placed)} of them new, {report.buckets:,} buckets "
        f"fetched in {seconds:,.1f} s; all of it holds {held}"
        + ("." if report.trusted else " with itself: give --log to check signatures.")
    )
    for number in report.retired:
        done = "deleted" if number in report.pruned else "kept (--prune deletes them)"
        typer.echo(f"Release {number}: the source retired its buckets; here {done}.")
