"""`breachdesk stats`: one release in numbers."""

from typing import Annotated

import typer

from breachdesk.cli._code import Language
from breachdesk.cli._fail import fail
from breachdesk.cli._figures import (
    CsvOption,
    JsonOption,
    KeysOption,
    LanguageOption,
    LedgerOption,
    Place,
    PlotOption,
    ReleasesOption,
    print_json,
    print_table,
)
from breachdesk.cli._unlock import UnlockOption
from breachdesk.figures import PictureError, as_csv, as_json, check_target, draw, picture_of
from breachdesk.ingest import IngestError
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_HELP = """Count a release: people, records, rejected rows, by incident, question, file and change.

With --keys, people are also counted by item, and those who are in several incidents: that is read
from the ledger, and says numbers only. Check the folder first: breachdesk verify.

Example: breachdesk stats --releases releases --keys keys --plot people.svg --language ko
"""


def register(app: typer.Typer) -> None:
    """Add `stats` to the application."""
    app.command("stats", help=_HELP)(stats)


def stats(
    releases: ReleasesOption,
    release: Annotated[
        int | None, typer.Option(metavar="N", help="Which release; the one in force if left out.")
    ] = None,
    keys: KeysOption = None,
    ledger: LedgerOption = None,
    unlock: UnlockOption = None,
    csv: CsvOption = False,
    plot: PlotOption = None,
    language: LanguageOption = Language.EN,
    machine: JsonOption = False,
) -> None:
    """Print the figures, and draw them if asked."""
    try:
        if plot is not None:
            check_target(plot)
        place = Place(releases, keys, ledger, unlock)
        manifest = place.manifest(release)
        figures, by_item = place.figures(manifest)
        if plot is not None:
            draw(picture_of(figures, manifest.release, language.value), plot, language.value)
    except (ReleaseError, StoreError, KeysError, IngestError, PictureError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot read or write a file ({error.strerror}): name one that you may use")
    if csv:
        typer.echo(as_csv(figures, ("incident", "measure", "of", "value")), nl=False)
    elif machine:
        print_json({"release": manifest.release, "by_item": by_item, "figures": as_json(figures)})
    else:
        print_table(f"Release {manifest.release}", figures, {"value": "number"}, language)
    if keys is not None and not by_item:
        typer.echo("The ledger does not have this release: no counts by item.", err=True)
