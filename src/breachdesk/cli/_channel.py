"""`breachdesk channel`: the channel file, the people at the desk, the outbox."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from breachdesk.audit import AuditError
from breachdesk.channel import (
    ChannelError,
    add_staff,
    desk_checks,
    list_staff,
    open_desk,
    outbox_counts,
    receive_sms,
    remove_staff,
    sample,
)
from breachdesk.cli._fail import fail
from breachdesk.identifiers import InvalidField, canonical
from breachdesk.keys import KeysError

_INIT_HELP = (
    "Write a commented channel file to begin with.\n\n"
    "With --spool, codes are written to files in that folder: for trying out. Without it, the file "
    "is for a mail server and an SMS gateway, and you fill in which. An existing file is never "
    "overwritten.\n\n"
    "Example: breachdesk channel init channel.toml --spool spool"
)
_ADD_HELP = (
    "Give somebody the role of the desk: to issue codes after an identity check.\n\n"
    "Asks for a password, twice. The addition is written to the audit log.\n\n"
    "Example: breachdesk channel staff add kim --config channel.toml"
)
_REMOVE_HELP = (
    "Take the role of the desk away. What the person issued stays on record.\n\n"
    "Example: breachdesk channel staff remove kim --config channel.toml"
)
_LIST_HELP = (
    "Name those who may issue codes.\n\n"
    "Example: breachdesk channel staff list --config channel.toml"
)
_DESK_HELP = (
    "Issue a code to a person who no longer has the phone or mailbox of then.\n\n"
    "Asks for your name and password, for the address of then, and for what you checked. Nothing "
    "of it is taken from the command line, which others on the machine can read. The code is shown "
    "once; it is good for 24 hours, five tries, one use and that address only. Every issue is "
    "counted and written to the audit log.\n\n"
    "Example: breachdesk channel desk-code --config channel.toml --keys keys --type phone"
)
_OUTBOX_HELP = (
    "Count the messages of the last day: waiting, sent, dead and why. No address is shown.\n\n"
    "`unknown` means that a sender died, or lost the line, between an attempt and its result: the "
    "message may have arrived, and is never sent again; the person asks for another.\n\n"
    "Example: breachdesk channel outbox --config channel.toml"
)
_RECEIVER_HELP = (
    "The reference receiver of the SMS gateway contract (docs/OPERATIONS.md): a file a message.\n\n"
    "For tests and for those who write a gateway. It listens on this machine only, wants the "
    "bearer token of the file, and takes each id once. Ctrl-C ends it.\n\n"
    "Example: breachdesk channel sms-receiver --port 8090 --folder sms --token-file sms-token"
)

_Config = Annotated[Path, typer.Option(metavar="CHANNEL.toml", help="The channel file.")]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that they sign in with.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")]
_DEFAULT = Path("channel.toml")


def register(app: typer.Typer) -> None:
    """Add `channel` and its commands to the application."""
    channel = typer.Typer(no_args_is_help=True, help="Codes by phone, mail, letter and desk.")
    channel.command("init", help=_INIT_HELP)(init)
    channel.command("desk-code", help=_DESK_HELP)(desk_code)
    channel.command("outbox", help=_OUTBOX_HELP)(outbox)
    channel.command("sms-receiver", help=_RECEIVER_HELP)(sms_receiver)
    staff = typer.Typer(no_args_is_help=True, help="Who may issue codes at the desk.")
    staff.command("add", help=_ADD_HELP)(staff_add)
    staff.command("remove", help=_REMOVE_HELP)(staff_remove)
    staff.command("list", help=_LIST_HELP)(staff_list)
    channel.add_typer(staff, name="staff")
    app.add_typer(channel, name="channel")


def init(
    file: Annotated[Path, typer.Argument(metavar="CHANNEL.toml", help="The file to make.")],
    spool: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where messages go as files, instead of being sent."),
    ] = None,
) -> None:
    """Write the sample."""
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(sample(None if spool is None else spool.absolute()))
        file.chmod(0o600)
    except FileExistsError:
        fail(f"{file}: exists already, and is never overwritten: name another file")
    except OSError as error:
        fail(f"{file} cannot be written ({(error.strerror or 'refused').lower()}): name another")
    typer.echo(f"{file}: read it through, then breachdesk serve … --channel {file}")


def staff_add(name: _Name, config: _Config = _DEFAULT) -> None:
    """Add, with a password from the terminal."""
    password = typer.prompt("Password for them", hide_input=True, confirmation_prompt=True)
    try:
        add_staff(config, name, password)
    except (ChannelError, AuditError, OSError) as error:
        fail(str(error))
    typer.echo(f"{name} may issue codes at the desk.")


def staff_remove(name: _Name, config: _Config = _DEFAULT) -> None:
    """Remove."""
    try:
        remove_staff(config, name)
    except (ChannelError, AuditError, OSError) as error:
        fail(str(error))
    typer.echo(f"{name} may issue no more codes.")


def staff_list(config: _Config = _DEFAULT, as_json: _Json = False) -> None:
    """List."""
    try:
        names = list_staff(config)
    except (ChannelError, OSError) as error:
        fail(str(error))
    typer.echo(json.dumps(names) if as_json else "\n".join(names) or "Nobody yet.")


def desk_code(
    channel: Annotated[
        str, typer.Option("--type", metavar="phone|email", help="What the person had then.")
    ],
    config: _Config = _DEFAULT,
    keys: Annotated[
        Path, typer.Option(metavar="DIR", help="The key folder; only `address` is opened.")
    ] = Path("keys"),
) -> None:
    """Sign in, ask, issue, show once."""
    if channel not in ("phone", "email"):
        fail("--type: give phone or email")
    try:
        desk = open_desk(config, keys)
        name = typer.prompt("Your name at the desk")
        user = desk.sign_in(name, typer.prompt("Your password", hide_input=True))
        checked = _ask_checked()
        address = _ask_address(channel)
        code = desk.issue(user, channel, address, checked)
    except (ChannelError, KeysError, AuditError, OSError) as error:
        fail(str(error))
    grouped = " ".join(code[place : place + 4] for place in range(0, 16, 4))
    typer.echo(f"\nThe code, shown this once, good for 24 hours:\n\n    {grouped}\n")
    typer.echo("It goes with that address only. Hand it over on paper or read it out.")


def outbox(config: _Config = _DEFAULT, as_json: _Json = False) -> None:
    """Count."""
    try:
        rows = outbox_counts(config)
    except (ChannelError, OSError) as error:
        fail(str(error))
    if as_json:
        names = ("channel", "state", "reason", "count")
        typer.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
        return
    table = Table(title="Messages of the last day")
    for column in ("channel", "state", "why"):
        table.add_column(column)
    table.add_column("messages", justify="right")
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table)


def sms_receiver(
    port: Annotated[int, typer.Option(help="The port to listen on; 0 chooses one.")],
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where messages go.")],
    token_file: Annotated[
        Path, typer.Option(metavar="FILE", help="Holds the bearer token, one line.")
    ],
) -> None:
    """Receive until interrupted."""
    try:
        receive_sms(port, folder, token_file, typer.echo)
    except (ChannelError, OSError) as error:
        fail(str(error))


def _ask_checked() -> str:
    choices = desk_checks()
    typer.echo("What did you check?")
    for number, choice in enumerate(choices, 1):
        typer.echo(f"  {number} {choice}")
    chosen: int = typer.prompt("Number", type=int)
    if not 1 <= chosen <= len(choices):
        fail("That number is not in the list; nothing was issued")
    return choices[chosen - 1]


def _ask_address(channel: str) -> str:
    words = {"phone": "Phone number of then", "email": "Mail address of then"}
    typed = typer.prompt(words[channel])
    try:
        address = canonical(channel, typed).decode()
    except InvalidField as error:
        fail(f"That is no {channel} ({error.reason}); nothing was issued")
    if not typer.confirm(f"Is it {address}?"):
        fail("Nothing was issued")
    return address
