"""`breachdesk audit`: look whether an audit log is whole."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.audit import AuditError, head_of, verify
from breachdesk.cli._fail import NOT_CHECKED, fail

_VERIFY_HELP = (
    "Check every line of an audit log and its chain, and print how many there are.\n\n"
    "Each line is bound to the one before, and the file beside it (FILE.head) remembers the last: "
    "a changed, added, removed or moved line is named. Who can write both files can write another "
    "history, so note the printed head elsewhere from time to time.\n\n"
    "Example: breachdesk audit verify keys/audit.jsonl"
)


def register(app: typer.Typer) -> None:
    """Add `audit` and its commands to the application."""
    audit = typer.Typer(no_args_is_help=True, help="Look at an audit log.")
    audit.callback()(_group)
    audit.command("verify", help=_VERIFY_HELP)(verify_command)
    app.add_typer(audit, name="audit")


def _group() -> None:
    """A group, though it has one command so far."""


def verify_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The audit log.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
    ] = False,
) -> None:
    """Check the whole log."""
    try:
        count = verify(file)
        head = head_of(file)
    except AuditError as error:
        if as_json:
            typer.echo(json.dumps({"whole": False, "line": error.line, "reason": error.reason}))
        fail(str(error), NOT_CHECKED)
    if as_json:
        typer.echo(json.dumps({"whole": True, "records": count, "head": head}))
        return
    typer.echo(f"All {count:,} records hold. Head: {head}")
