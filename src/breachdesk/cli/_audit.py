"""`breachdesk audit`: look whether an audit log is whole."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.audit import AuditError, head_of, verify
from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._staff import DEFAULT_DATA, DEFAULT_KEYS, Data, Keys, settings_of
from breachdesk.console import ConsoleError, LedgerError, protect_audit, verify_audit
from breachdesk.keys import KeysError

_VERIFY_HELP = (
    "Check every line of an audit log and its chain, and print how many there are.\n\n"
    "Each line is bound to the one before, and the file beside it (FILE.head) remembers the last: "
    "a changed, added, removed or moved line is named. Who can write both files can write another "
    "history, so note the printed head elsewhere from time to time.\n\n"
    "With --desk the log of the console in its database is checked instead: DATABASE_URL names it, "
    "else it is the file in the data folder.\n\n"
    "Example: breachdesk audit verify keys/audit.jsonl\n\n"
    "Example: breachdesk audit verify --desk --keys keys --data desk"
)
_PROTECT_HELP = (
    "On PostgreSQL, let a role run desk and console that can never rewrite the audit log.\n\n"
    "Run it as the owner of the database (DATABASE_URL names him); afterwards the processes get a "
    "DATABASE_URL with the other role. Run it again after each update, which may bring tables.\n\n"
    "Example: DATABASE_URL=postgres://owner@db/desk breachdesk audit protect desk_app --keys keys"
)


def register(app: typer.Typer) -> None:
    """Add `audit` and its commands to the application."""
    audit = typer.Typer(no_args_is_help=True, help="Look at an audit log.")
    audit.command("verify", help=_VERIFY_HELP)(verify_command)
    audit.command("protect", help=_PROTECT_HELP)(protect)
    app.add_typer(audit, name="audit")


def verify_command(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The audit log.")] = None,
    desk: Annotated[
        bool, typer.Option("--desk", help="The log of the console, in its database.")
    ] = False,
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Check the whole log."""
    if desk == (file is not None):
        fail("name the file of a log, or --desk for the console's in its database")
    try:
        if file is None:
            count, head = verify_audit(settings_of(data, keys))
        else:
            count, head = verify(file), head_of(file)
    except AuditError as error:
        _not_whole(as_json, error.line, error.reason)
        fail(str(error), NOT_CHECKED)
    except LedgerError as error:
        _not_whole(as_json, error.number, error.reason)
        fail(str(error), NOT_CHECKED)
    except (ConsoleError, KeysError, OSError) as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps({"whole": True, "records": count, "head": head}))
        return
    typer.echo(f"All {count:,} records hold. Head: {head}")


def protect(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The role of the processes.")],
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
) -> None:
    """Grant."""
    try:
        protect_audit(settings_of(data, keys), role)
    except (ConsoleError, KeysError, OSError) as error:
        fail(str(error))
    typer.echo(f"{role} may run desk and console, and adds to the audit log only.")


def _not_whole(as_json: bool, line: int | None, reason: str) -> None:
    if as_json:
        typer.echo(json.dumps({"whole": False, "line": line, "reason": reason}))
