"""`breachdesk diff`: two releases in numbers, side by side."""

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
from breachdesk.figures import (
    PictureError,
    as_csv,
    as_json,
    check_target,
    compare,
    draw,
    picture_of_both,
)
from breachdesk.ingest import IngestError
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_HELP = """Compare two releases: people, records and rejected rows of each, and the difference.

With --keys, people are also compared by item, where the ledger still has both releases: it has an
earlier one unless something was replaced or retired since. Numbers only.

Example: breachdesk diff 1 2 --releases releases --keys keys --csv
"""
_COLUMNS = ("incident", "measure", "of", "before", "after", "by")


def register(app: typer.Typer) -> None:
    """Add `diff` to the application."""
    app.command("diff", help=_HELP)(diff)


def diff(
    before: Annotated[int, typer.Argument(metavar="A", help="The number of a release.")],
    after: Annotated[int, typer.Argument(metavar="B", help="The number of another one.")],
    releases: ReleasesOption,
    keys: KeysOption = None,
    ledger: LedgerOption = None,
    unlock: UnlockOption = None,
    csv: CsvOption = False,
    plot: PlotOption = None,
    language: LanguageOption = Language.EN,
    machine: JsonOption = False,
) -> None:
    """Print the differences, and draw them if asked."""
    try:
        if plot is not None:
            check_target(plot)
        place = Place(releases, keys, ledger, unlock)
        old, new = place.manifest(before), place.manifest(after)
        (one, has_one), (two, has_two) = place.figures(old), place.figures(new)
        rows = compare(one, two)
        if plot is not None:
            picture = picture_of_both(rows, before, after, language.value)
            draw(picture, plot, language.value)
    except (ReleaseError, StoreError, KeysError, IngestError, PictureError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot read or write a file ({error.strerror}): name one that you may use")
    if csv:
        typer.echo(as_csv(rows, _COLUMNS), nl=False)
    elif machine:
        by_item = has_one and has_two
        print_json({"before": before, "after": after, "by_item": by_item, "rows": as_json(rows)})
    else:
        names = {"before": f"release {before}", "after": f"release {after}", "by": "difference"}
        print_table(f"Release {before} and release {after}", rows, names, language)
    if keys is not None and not (has_one and has_two):
        typer.echo("The ledger does not have both releases: no counts by item.", err=True)
