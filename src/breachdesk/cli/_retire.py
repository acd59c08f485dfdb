"""`breachdesk retire`: the end of an incident."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._ledger import JsonOption, KeysOption, LedgerOption, ReleasesOption
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.ingest import (
    IngestError,
    RetiredIncident,
    RetireIncidentRequest,
    retire_incident,
)
from breachdesk.keys import KeysError
from breachdesk.release import ReleaseError, StoreError

_HELP = (
    "End an incident: nobody can ask for it any more.\n\n"
    "A signed tombstone with your reason goes into the log, where everybody can read it. The "
    "incidents that are left get a release of their own from the ledger, with no file read; the "
    "buckets of all older releases and the incident's records in the ledger are deleted. Manifests "
    "stay, and keys are destroyed at the end of their epoch (keys destroy). There is no way back: "
    "the id cannot be used again. Killed at any point, run it again.\n\n"
    "Example: breachdesk retire kt-2012 --keys keys --releases releases "
    "--reason-ko '청구 기간이 끝났습니다.' --reason-en 'The time for claims has ended.' --yes"
)
_MOST_REASON = 2000


def register(app: typer.Typer) -> None:
    """Add `retire` to the application."""
    app.command("retire", help=_HELP)(retire)


def retire(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="The incident's id.")],
    keys: KeysOption,
    releases: ReleasesOption,
    reason_ko: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, in Korean, for everybody to read.")
    ],
    reason_en: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, in English, for everybody to read.")
    ],
    ledger: LedgerOption = None,
    unlock: UnlockOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; one for each core if left out.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Retire the incident."""
    reason = {"ko": reason_ko.strip(), "en": reason_en.strip()}
    for language, text in reason.items():
        if not 1 <= len(text) <= _MOST_REASON:
            fail(f"--reason-{language}: give 1 to {_MOST_REASON:,} characters")
    if not yes:
        if not sys.stdin.isatty():
            fail("--yes: say that you mean it, there is no terminal to ask at")
        typer.confirm(f"Retire {incident} for good, and delete its records?", abort=True)
    try:
        done = retire_incident(
            RetireIncidentRequest(
                incident, reason, keys, releases, ledger, unlock_from(unlock), workers
            )
        )
    except (KeysError, IngestError, StoreError, ReleaseError) as error:
        fail(str(error))
    typer.echo(json.dumps(asdict(done))) if as_json else _print(done)


def _print(done: RetiredIncident) -> None:
    typer.echo(f"Log entry {done.tombstone} says that {done.incident} is retired.")
    if done.release is None:
        typer.echo("No incident is left: the service answers that nothing can be checked here.")
    else:
        typer.echo(f"Release {done.release} is in force and covers {', '.join(done.left)}.")
    dropped = ", ".join(map(str, done.dropped)) or "none were left"
    typer.echo(f"Buckets deleted of releases: {dropped}.")
