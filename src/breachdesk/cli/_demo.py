"""`breachdesk demo`: sample, keys, build, serve, and people to try."""

import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from breachdesk.channel import sample
from breachdesk.cli._build import run_build
from breachdesk.cli._demo_desk import PASSWORD, REPORTS, fill_desk
from breachdesk.cli._demo_holder import second_holder
from breachdesk.cli._demo_messages import messages_shown
from breachdesk.cli._fail import fail
from breachdesk.console import ConsoleError
from breachdesk.incident import IncidentError
from breachdesk.ingest import BuildRequest, IngestError
from breachdesk.keys import KeysError, SplitRequest, create, destroy, split
from breachdesk.peers import PeerError
from breachdesk.release import ReleaseError, StoreError
from breachdesk.serving import ConsoleRequest, DeskRequest, ServeError, ServeRequest, run
from breachdesk.synth import Leak, SynthError, write_answers, write_leak

_HELP = """Everything once through, for a newcomer: sample, keys, release, pages.

Makes a leak of KT's shape, in which nobody is real, and an earlier one of half of its people; keys,
split between two holders; a release of the one, and a second of both; the desk with made-up damage
reports, and staff of every role. Says which people to try; serves the pages, the desk, the console,
and the second holder's evaluator in a process of its own. One-time codes are not sent: they are
shown here, and kept as files in DIR/spool.

Ports: the pages at --port, then evaluator and buckets, codes, the second evaluator, desk, console.

The folder is made new each time, unless it holds something that this command did not make.

Example: breachdesk demo --records 100000 --port 8000
"""
_MARK = "made-by-breachdesk-demo"
_ORIGIN = "localhost/breachdesk-demo"
_EXAMPLE = "examples/kt-2014/incident.toml"
_EARLIER = "examples/kt-2012/incident.toml"
_CHECKOUT = Path(__file__).parents[3]
_SHOWN = 4


def register(app: typer.Typer) -> None:
    """Add `demo` to the application."""
    app.command("demo", help=_HELP)(demo)


def demo(
    records: Annotated[int, typer.Option(min=100, help="How many rows the sample has.")] = 100_000,
    port: Annotated[int, typer.Option(help="Of the pages; the next five are used too.")] = 8000,
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="Where sample, keys and releases go.")
    ] = Path("demo"),
    incident: Annotated[
        Path, typer.Option(metavar="I.toml", help="The incident file.", show_default=_EXAMPLE)
    ] = _CHECKOUT / _EXAMPLE,
) -> None:
    """Make it all, then serve until interrupted."""
    console = Console(highlight=False)
    if not incident.is_file():
        fail(
            "The sample incident file is part of a checkout of the project: give --incident I.toml"
        )
    try:
        _prepare(folder)
        _make(console, records, incident, folder)
        _fill(console, folder, (incident, _CHECKOUT / _EARLIER), port)
        _print_people(console, folder / "people.jsonl", port)
        _serve(console, folder, port)
    except (SynthError, IncidentError, KeysError, IngestError, StoreError, ReleaseError) as error:
        fail(str(error))
    except (ServeError, PeerError, ConsoleError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder} ({error.strerror}): name another --folder")


def _prepare(folder: Path) -> None:
    """An empty folder with our mark. What is not ours is never deleted."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARK).is_file():
            fail(f"{folder}: holds something else; name another --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).write_text("`breachdesk demo` deletes this folder when it starts again.\n")


def _make(console: Console, records: int, incident: Path, folder: Path) -> None:
    console.print(f"1. A leak of KT's shape, {records:,} records, in CP949")
    leak = Leak(records, "kt-2014", None, "cp949", 0)
    source = folder / "leak.csv"
    write_leak(leak, source, lambda _: None)
    write_answers(leak, folder / "people.jsonl", 200)
    console.print("2. Keys, and the evaluator keys split between two holders")
    whole = folder / "whole"
    create(whole, origin=_ORIGIN)
    split(SplitRequest(whole, folder / "keys", folder / "holder", keep_whole=True))
    console.print("3. A release, built with the whole keys; then an earlier leak beside it")
    releases = folder / "releases"
    run_build(BuildRequest(incident=incident, sources=(source,), keys=whole, releases=releases))
    earlier = folder / "earlier.csv"
    people = max(1, records // 2)
    write_leak(Leak(people, "kt-2012", people, "cp949", 0), earlier, lambda _: None)
    run_build(
        BuildRequest(
            incident=_CHECKOUT / _EARLIER, sources=(earlier,), keys=whole, releases=releases
        )
    )
    destroy(whole, ("oprf-open", "oprf-code"))


def _fill(console: Console, folder: Path, incidents: tuple[Path, ...], port: int) -> None:
    console.print(f"4. The desk, with {REPORTS} made-up reports, and staff")
    staff = fill_desk(folder / "desk", folder / "keys", incidents, folder / "releases", REPORTS)
    console.print(
        f"Report damage: http://127.0.0.1:{port + 4}/ko/report/\n"
        f"Console: http://localhost:{port + 5}/, password {PASSWORD}; each sets up a second factor "
        "first.\nStaff: " + ", ".join(f"{name} ({role})" for name, role in staff)
    )


def _serve(console: Console, folder: Path, port: int) -> None:
    spool, channel, holder_port = folder / "spool", folder / "channel.toml", port + 3
    channel.write_text(sample(spool.absolute()), encoding="utf-8")
    channel.chmod(0o600)
    request = ServeRequest(
        releases=folder / "releases",
        keys=folder / "keys",
        port=port,
        channel=channel,
        peers=(f"http://127.0.0.1:{holder_port}",),
        desk=DeskRequest(data=folder / "desk"),
        console=ConsoleRequest(data=folder / "desk", port=port + 5),
    )
    with (
        second_holder(folder / "holder", holder_port) as ready,
        messages_shown(spool, lambda text: console.print(text, markup=False)),
    ):
        console.print(ready)
        run(request, console.print)


def _print_people(console: Console, path: Path, port: int) -> None:
    people: list[dict[str, Any]] = [json.loads(line) for line in path.open(encoding="utf-8")]
    table = Table(title="5. People to try (nobody here is real)")
    for column in ("name", "birth date", "phone", "e-mail", "in the leak"):
        table.add_column(column, overflow="fold")
    shown = [one for one in people if {"name", "birth_date", "phone"} <= one["fields"].keys()]
    for included in (True, False):
        for one in [each for each in shown if each["included"] is included][:_SHOWN]:
            typed = one["fields"]
            cells = [typed.get(n, "") for n in ("name", "birth_date", "phone", "email")]
            table.add_row(*cells, f"yes, {len(one['items'])} items" if included else "no")
    console.print(table)
    console.print(f"All {len(people)}: {path}. Half of those in it are in the leak of 2012 too.")
    console.print(
        "With name, birth date and phone the page says whether somebody is in it; with a code to "
        "the phone or mailbox on file, what of theirs. Codes appear here. From the command line:"
    )
    for lookup, more in (("phone", "--set phone=…"), ("channel_token", "--channel phone")):
        console.print(
            f"  breachdesk check http://127.0.0.1:{port} --lookup name+birth_date+{lookup} \\\n"
            f"    --set name=… --set birth_date=… {more}"
        )
    console.print("6. Serving; Ctrl-C ends it")
