"""What `stats` and `diff` have in common: options, the figures of a release, and the output."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from breachdesk import wire
from breachdesk.cli._code import Language
from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import unlock_from
from breachdesk.figures import Figure, figures_of, in_order, measure_words, of_words, people_figures
from breachdesk.ingest import count_people
from breachdesk.release import Manifest, Store, decode_entry

ReleasesOption = Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="The key folder: with its ledger key, people are also counted by item, and those who "
        "are in several incidents.",
    ),
]
LedgerOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="The ledger's folder; beside the releases, <their name>-ledger, if not."
    ),
]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
]
PlotOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Draw people by item, or by question, as .png or .svg."),
]
LanguageOption = Annotated[Language, typer.Option(help="Of the table and of the picture.")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where releases are, and the ledger with what opens it."""

    releases: Path
    keys: Path | None
    ledger: Path | None
    unlock: Path | None

    def manifest(self, number: int | None) -> Manifest:
        """A release's manifest; of the release in force for None. Ends the command without it."""
        store = Store(self.releases)
        if number is None:
            current = store.current()
            if current is None:
                fail("nothing has been released in this folder; name another one")
            return current.manifest
        if not 1 <= number <= store.size:
            fail(f"there is no release {number}; the newest entry of the log is {store.size}")
        found = decode_entry(store.read(wire.entry_path(number)))
        if not isinstance(found, Manifest):
            fail(f"entry {number} of the log withdrew data and is no release; name another number")
        return found

    def figures(self, manifest: Manifest) -> tuple[tuple[Figure, ...], bool]:
        """All numbers of a release, and whether the ledger had its part in them."""
        known = figures_of(manifest)
        if self.keys is None:
            return known, False
        unlock = unlock_from(self.unlock)
        people = count_people(self.keys, self.releases, manifest, self.ledger, unlock)
        if people is None:
            return known, False
        items = {
            incident: {item: (one.people, one.records) for item, one in counts.items()}
            for incident, counts in people.items.items()
        }
        return in_order((*known, *people_figures(items, people.sets))), True


def print_table(
    title: str, rows: Sequence[Any], columns: Mapping[str, str], language: Language
) -> None:
    """Rows with `incident`, `measure` and `of`, and the numbers that `columns` names."""
    table = Table(title=title)
    for name in ("incident", "", "of"):
        table.add_column(name, overflow="fold")
    for name in columns.values():
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        numbers = (getattr(row, name) for name in columns)
        words = (measure_words(row.measure, language.value), of_words(row.of, language.value))
        table.add_row(row.incident, *words, *("-" if n is None else f"{n:,}" for n in numbers))
    Console().print(table)


def print_json(value: object) -> None:
    """On one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))
