"""`breachdesk keys rotate`, `destroy` and `audit`: the life of a key set."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.admission import StoreError, read_counts
from breachdesk.audit import AuditError, read
from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._ledger import LedgerOption
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import AUDIT_FILE, KeysError, destroy, rotate
from breachdesk.release import ReleaseError
from breachdesk.release import StoreError as ReleaseStoreError

_ROTATE_HELP = (
    "Make the key set of the next epoch in a new folder.\n\n"
    "New: the evaluator keys, the channel key, and the keys of addresses and challenges. The same: "
    "log and timestamp (it stays one log), builder, and the keys of release ids, padding, subject "
    "ids, claim tokens and letters (a person keeps what identifies a claim). The new evaluator "
    "keys are whole: split them if the old ones were. Build every incident from its files again, "
    "with --wait where there are several: the last build publishes the release of the new epoch. "
    "DIR stays as it is until then; then `keys destroy DIR --releases RELEASES` ends the old "
    "one.\n\n"
    "Example: breachdesk keys rotate keys --into keys-2"
)
_DESTROY_HELP = (
    "Destroy keys: overwrite their files and remove them. There is no way back.\n\n"
    "With --key: those keys of this folder alone, as after a ceremony. With --releases: the end of "
    "the folder's epoch. A signed tombstone says so in the log, then all keys of the epoch are "
    "destroyed and its ledger is removed; refused while a release of that epoch is in force. "
    "--drop-buckets also deletes the "
    "buckets of its releases; their manifests stay.\n\n"
    "What a backup, a snapshot or a flash disk kept of the files is not reached: seal folders from "
    "the start, and destroy what unseals them too.\n\n"
    "Example: breachdesk keys destroy whole --key oprf-open --key oprf-code --yes"
)
_AUDIT_HELP = (
    "Say what happened to a key folder, and how often its keys evaluated.\n\n"
    "Events come from the folder's audit.jsonl, once every line of it holds. With --state: what "
    "`serve` or `evaluator` counted there, by day and kind of key.\n\n"
    "Example: breachdesk keys audit keys --state state --json"
)

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
]


def add_to(keys: typer.Typer) -> None:
    """Add the commands to `keys`."""
    keys.command("rotate", help=_ROTATE_HELP)(rotate_command)
    keys.command("destroy", help=_DESTROY_HELP)(destroy_command)
    keys.command("audit", help=_AUDIT_HELP)(audit)


def rotate_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The builder's key folder.")],
    into: Annotated[Path, typer.Option(metavar="NEW", help="The folder to make.")],
    unlock: UnlockOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the next epoch's folder."""
    try:
        keys = rotate(folder, into, unlock=unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot make the folder ({error.strerror}): name a place that you may write to")
    if as_json:
        oprf = {kind: key.public.hex() for kind, key in keys.public.oprf.items()}
        typer.echo(json.dumps({"folder": str(into), "epoch": keys.epoch, "oprf": oprf}))
        return
    typer.echo(f"The keys of epoch {keys.epoch} are in {into}. Build every incident from its files")
    typer.echo("with them (build --wait where there are several), serve the release of them all,")
    typer.echo(f"and then end the old epoch: breachdesk keys destroy {folder} --releases RELEASES")


def destroy_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The key folder.")],
    key: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A key of the folder; repeat it.")
    ] = None,
    releases: Annotated[
        Path | None,
        typer.Option(metavar="RELEASES", help="The folder of releases: ends the folder's epoch."),
    ] = None,
    drop_buckets: Annotated[
        bool, typer.Option("--drop-buckets", help="Delete the buckets of that epoch too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
    ledger: LedgerOption = None,
    unlock: UnlockOption = None,
    as_json: JsonOption = False,
) -> None:
    """Destroy keys."""
    # Arrow and Polars come with it, which take long to import: `keys` is called often without.
    from breachdesk.ingest import IngestError, RetireRequest, retire_epoch  # noqa: PLC0415

    if (key is None) == (releases is None):
        fail("--key or --releases: give one of the two; see breachdesk keys destroy --help")
    if (drop_buckets or ledger) and releases is None:
        fail("--drop-buckets and --ledger: they go with --releases")
    if not yes:
        if not sys.stdin.isatty():
            fail("--yes: say that you mean it, there is no terminal to ask at")
        typer.confirm(f"Destroy keys in {folder} for good?", abort=True)
    try:
        if releases is None:
            done: dict[str, object] = {"destroyed": list(destroy(folder, tuple(key or ())))}
        else:
            request = RetireRequest(folder, releases, drop_buckets, unlock_from(unlock), ledger)
            found = retire_epoch(request)
            done = {
                "destroyed": list(found.destroyed),
                "epoch": found.epoch,
                "tombstone": found.number,
                "dropped": list(found.dropped),
                "ledger_bytes": found.ledger_bytes,
            }
    except (KeysError, IngestError, ReleaseStoreError, ReleaseError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot remove the ledger ({error.strerror}): mend that, then run this again")
    if as_json:
        typer.echo(json.dumps(done))
        return
    _print_destroyed(done)


def _print_destroyed(done: dict[str, object]) -> None:
    if "tombstone" in done:
        typer.echo(f"Log entry {done['tombstone']} says that epoch {done['epoch']} is retired.")
        if done["ledger_bytes"] is None:
            typer.echo("No ledger of that epoch is there: if it is elsewhere, give --ledger.")
        else:
            typer.echo(f"The ledger of that epoch is removed, {done['ledger_bytes']:,} bytes.")
    names = done["destroyed"]
    listed = ", ".join(names) if isinstance(names, list) and names else "none was left"
    typer.echo(f"Destroyed: {listed}. Copies elsewhere are yours to destroy.")


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The key folder.")],
    state: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The state folder of serve or evaluator: its counts."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the events of the folder, and the counts."""
    try:
        records = list(read(folder / AUDIT_FILE))
        counts = [] if state is None else read_counts(state)
    except AuditError as error:
        fail(str(error), NOT_CHECKED)
    except StoreError as error:
        fail(f"--state: {error}: name the folder of `serve` or `evaluator`", NOT_CHECKED)
    if as_json:
        events = [
            {
                "number": one.number,
                "time": one.time,
                "event": one.event,
                "actor": one.actor,
                "facts": dict(one.facts),
            }
            for one in records
        ]
        found = {"events": events, "evaluations": [asdict(one) for one in counts]}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in records:
        facts = ", ".join(f"{name} {value}" for name, value in one.facts.items())
        typer.echo(f"{one.time}  {one.event:<20} {one.actor}  {facts}")
    for count in counts:
        typer.echo(f"{count.day}  {count.kind:<8} epoch {count.epoch}: {count.evaluations:,}")
