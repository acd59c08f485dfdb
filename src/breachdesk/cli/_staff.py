"""`breachdesk staff`: who may sign in to the console, and as what."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from breachdesk.cli._fail import fail
from breachdesk.console import (
    ConsoleError,
    ConsoleSettings,
    add_staff,
    list_staff,
    make_sample,
    reset_staff,
    roles,
    set_staff_active,
    set_staff_role,
)
from breachdesk.keys import KeysError

_ADD_HELP = (
    "Make an account for the console. Asks for a first password, twice, or reads it from a file."
    "\n\n"
    "At the first sign-in the person sets up a second factor, an authenticator app or a passkey, "
    "before anything else can be seen.\n\n"
    "Example: breachdesk staff add kim --role agent --shown '김하나 상담원' --keys keys"
)
_ROLE_HELP = (
    "Give somebody another role; it counts from the next request on.\n\n"
    "Roles: agent, lead, payer, auditor, regulator, admin.\n\n"
    "Example: breachdesk staff role kim lead --keys keys"
)
_LIST_HELP = "List the accounts.\n\nExample: breachdesk staff list --keys keys --json"
_RESET_HELP = (
    "Give somebody a new password and take the second factors away: the person sets one up anew. "
    "Open sessions end.\n\n"
    "Example: breachdesk staff reset kim --keys keys"
)
_OUT_HELP = (
    "Shut somebody out, at once; with --undo let the person in again. What was done stays on "
    "record.\n\n"
    "Example: breachdesk staff shut-out kim --keys keys"
)
_SAMPLE_HELP = (
    "Fill an empty database with fictitious reports and staff of every role, for trying out.\n\n"
    "Asks for one password for all of them, or reads it from a file.\n\n"
    "Example: breachdesk staff sample --reports 300 --keys keys"
)

Keys = Annotated[Path, typer.Option(metavar="DIR", help="The key folder; no key of it is opened.")]
Data = Annotated[
    Path,
    typer.Option(
        metavar="DIR", help="The data folder. DATABASE_URL names another database than its file."
    ),
]
_PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="A file whose first line is the password. Asked for, twice, if left out.",
    ),
]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that they sign in with.")]
DEFAULT_KEYS = Path("keys")
DEFAULT_DATA = Path("desk")


def register(app: typer.Typer) -> None:
    """Add `staff` and its commands to the application."""
    staff = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")
    staff.command("add", help=_ADD_HELP)(add)
    staff.command("role", help=_ROLE_HELP)(role)
    staff.command("list", help=_LIST_HELP)(list_them)
    staff.command("reset", help=_RESET_HELP)(reset)
    staff.command("shut-out", help=_OUT_HELP)(shut_out)
    staff.command("sample", help=_SAMPLE_HELP)(sample)
    app.add_typer(staff, name="staff")


def settings_of(data: Path, keys: Path) -> ConsoleSettings:
    """The console's settings for a command."""
    database = os.environ.get("DATABASE_URL", "")
    return ConsoleSettings(data=data.absolute(), keys=keys.absolute(), database=database)


def add(
    name: _Name,
    role: Annotated[str, typer.Option(metavar="ROLE", help="What the person is.")],
    shown: Annotated[
        str, typer.Option(metavar="TEXT", help="The name that a caller sees on the desk's page.")
    ] = "",
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
    password_file: _PasswordFile = None,
) -> None:
    """Add, with a first password."""
    if role not in roles():
        fail(f"--role: give one of {', '.join(roles())}")
    password = _password("First password for them", password_file)
    _do(lambda: add_staff(settings_of(data, keys), name, shown, password, role))
    typer.echo(f"{name} may sign in as {role}, and sets up a second factor first.")


def role(
    name: _Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The new role.")],
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
) -> None:
    """Change."""
    _do(lambda: set_staff_role(settings_of(data, keys), name, role))
    typer.echo(f"{name} is {role} now.")


def reset(
    name: _Name,
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
    password_file: _PasswordFile = None,
) -> None:
    """Reset, with a new password."""
    password = _password("New password for them", password_file)
    _do(lambda: reset_staff(settings_of(data, keys), name, password))
    typer.echo(f"{name} signs in with the new password and sets up a second factor anew.")


def shut_out(
    name: _Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let the person in again.")] = False,
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
) -> None:
    """Out, or in."""
    _do(lambda: set_staff_active(settings_of(data, keys), name, active=undo))
    typer.echo(f"{name} may sign in again." if undo else f"{name} is shut out.")


def list_them(
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")] = False,
) -> None:
    """List."""
    try:
        found = list_staff(settings_of(data, keys))
    except (ConsoleError, KeysError, OSError) as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table()
    for column in ("name", "shown", "role", "active", "second factor"):
        table.add_column(column)
    for one in found:
        table.add_row(*(str(value) for value in one.values()))
    Console().print(table)


def sample(
    reports: Annotated[int, typer.Option(min=1, max=5000, help="How many reports.")] = 300,
    keys: Keys = DEFAULT_KEYS,
    data: Data = DEFAULT_DATA,
    password_file: _PasswordFile = None,
) -> None:
    """Fill."""
    password = _password("Password for all of them", password_file)
    try:
        made = make_sample(settings_of(data, keys), reports, password)
    except (ConsoleError, KeysError, OSError) as error:
        fail(str(error))
    typer.echo(f"{reports} reports. " + ", ".join(f"{name} ({role})" for name, role in made))


def _password(question: str, file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text("utf-8").partition("\n")[0]
        except (OSError, UnicodeDecodeError):
            fail(f"--password-file: {file} cannot be read as UTF-8")
    if not sys.stdin.isatty():
        fail("--password-file: name a file with the password, there is no terminal to ask at")
    return str(typer.prompt(question, hide_input=True, confirmation_prompt=True))


def _do(work: Callable[[], None]) -> None:
    try:
        work()
    except (ConsoleError, KeysError, OSError) as error:
        fail(str(error))
