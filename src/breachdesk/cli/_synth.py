"""`breachdesk synth`: make a leak to try things on."""

import json
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from breachdesk.cli._fail import fail
from breachdesk.synth import Leak, SynthError, write_answers, write_leak


class Profile(StrEnum):
    """The shapes that there are."""

    KT_2014 = "kt-2014"
    KT_2012 = "kt-2012"


class Encoding(StrEnum):
    """The encodings that there are."""

    UTF_8 = "utf-8"
    CP949 = "cp949"


_HELP = (
    "Make a leak of a real one's shape, in which nobody is real.\n\n"
    "Profile kt-2014: the 12 items of KT's leak under Korean headers, with its duplicates, gaps, "
    "stray blanks, full-width digits and differing formats. The same seed gives the same bytes.\n\n"
    "Profile kt-2012: five items, one record a person. With the same seed and number of people it "
    "is about the same people.\n\n"
    "--answers writes people to ask about, one JSON line each: what that person would type, and "
    "whether and with which items the person is in the file.\n\n"
    "Example: breachdesk synth leak.csv --records 100000 --encoding cp949 --answers people.jsonl"
)


def register(app: typer.Typer) -> None:
    """Add `synth` to the application."""
    app.command("synth", help=_HELP)(synth)


def synth(
    out: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write.")],
    *,
    records: Annotated[int, typer.Option(help="How many rows.")],
    profile: Annotated[Profile, typer.Option(help="The shape of the leak.")] = Profile.KT_2014,
    people: Annotated[
        int | None, typer.Option(help="How many people they are of; by default in KT's ratio.")
    ] = None,
    encoding: Annotated[Encoding, typer.Option(help="How the text is encoded.")] = Encoding.UTF_8,
    seed: Annotated[int, typer.Option(help="Another seed makes another leak.")] = 0,
    answers: Annotated[
        Path | None, typer.Option(metavar="A.jsonl", help="Write people to ask about here.")
    ] = None,
    answers_count: Annotated[int, typer.Option(help="How many of them.")] = 200,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was made as JSON, for a machine.")
    ] = False,
) -> None:
    """Write the file and the answers, and say what was made."""
    leak = Leak(records, str(profile), people, str(encoding), seed)
    began = perf_counter()
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Rows", total=records)
            written = write_leak(leak, out, lambda rows: progress.advance(task, rows))
        seconds = perf_counter() - began
        asked = 0 if answers is None else write_answers(leak, answers, answers_count)
    except SynthError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot write the file ({error.strerror}): name a place with room that you may use")
    result = {
        "file": str(out),
        "records": written.records,
        "people": written.people,
        "bytes": written.size,
        "encoding": str(encoding),
        "seed": seed,
        "seconds": round(seconds, 3),
        "rows_per_second": round(written.records / seconds),
        "answers": asked,
    }
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    typer.echo(
        f"{out}: {written.records:,} records of {written.people:,} people, {written.size:,} bytes "
        f"in {seconds:.1f} s ({result['rows_per_second']:,} rows/s)"
    )
    if answers is not None:
        typer.echo(f"{answers}: {asked:,} people to ask about")
