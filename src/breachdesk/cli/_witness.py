"""`breachdesk witness`: follow somebody's log, cosign it, alarm when it forks."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from breachdesk.cli._fail import NOT_CHECKED, fail
from breachdesk.cli._public_key import HELP as PUBLIC_KEY_HELP
from breachdesk.cli._public_key import require_log_key
from breachdesk.hosts import BucketHost, HostAddressError
from breachdesk.keys import WITNESS_FILE, KeysError, create_witness, open_witness
from breachdesk.release import VKey
from breachdesk.serving import ServeError, serve_app, stop_signals
from breachdesk.witness import (
    Follower,
    LogFolder,
    LogStatus,
    StateError,
    Witness,
    WitnessApp,
    is_webhook,
    read_status,
)

_NEW_HELP = (
    "Make a witness's key in a new folder.\n\n"
    "The folder gets mode 0700. Give the key that is printed to the operator of the log, and "
    "publish it yourself as well: who trusts you must have it from you.\n\n"
    "The folder also remembers what was cosigned. Never run two copies of it: they could sign two "
    "histories.\n\n"
    "Example: breachdesk witness new witness --name witness.example.net/w1"
)
_RUN_HELP = (
    "Follow a log, and cosign what continues it.\n\n"
    "Looks at the bucket host again and again: the log's signature, the leaves against its root, "
    "and that it continues what was cosigned before. With --listen the operator may bring "
    "checkpoints (C2SP tlog-witness: POST /add-checkpoint); put TLS in front of it.\n\n"
    "A log that contradicts itself is never cosigned: both signed checkpoints are kept in the "
    "folder as evidence, the webhook is told, and nothing of that log is cosigned until you move "
    "the evidence away.\n\n"
    "Exit status of --once: 0 if all holds, 3 for an alarm and for what cannot be verified.\n\n"
    "Example: breachdesk witness run witness --log LOG_VKEY --follow https://b.example.org "
    "--listen 127.0.0.1:8100"
)
_STATUS_HELP = (
    "Say what was cosigned, when, and whether an alarm stands (exit status 3).\n\n"
    "Example: breachdesk witness status witness --json"
)
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The witness's folder.")]


def register(app: typer.Typer) -> None:
    """Add `witness` and its commands to the application."""
    witness = typer.Typer(no_args_is_help=True, help="Be an independent witness of a log.")
    witness.command("new", help=_NEW_HELP)(new)
    witness.command("run", help=_RUN_HELP)(run)
    witness.command("status", help=_STATUS_HELP)(status)
    app.add_typer(witness, name="witness")


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make; it must not exist yet.")
    ],
    name: Annotated[
        str,
        typer.Option(help="Your name as a witness: a host name of yours, and a path if you like."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print name and key as JSON, for a machine.")
    ] = False,
) -> None:
    """Make the key and print its public half."""
    try:
        key = create_witness(folder, name=name)
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot make the folder ({error.strerror}): name a place that you may write to")
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "name": key.name, "vkey": key.vkey}))
        return
    typer.echo(f"The witness's key is in {folder}. Keep a copy of it off line.")
    typer.echo(f"Public key: {key.vkey}")
    typer.echo(f"It also stands in {folder / WITNESS_FILE}.")


def run(
    folder: _Folder,
    log: Annotated[str, typer.Option(metavar="VKEY", help=PUBLIC_KEY_HELP)],
    follow: Annotated[
        str, typer.Option(metavar="URL", help="The bucket host to look at: not the operator's own.")
    ],
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Take checkpoints there (plain HTTP)."),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="Gets a JSON POST when there is an alarm.")
    ] = None,
    every: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Between two looks.")
    ] = 60.0,
    once: Annotated[bool, typer.Option(help="One look, for cron.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --once: print what came of it as JSON.")
    ] = False,
) -> None:
    """Look, cosign, look again, until told to end."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s witness: %(levelname)s: %(message)s"
    )
    for chatty in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if webhook is not None and not is_webhook(webhook):
        fail("--webhook: give an address such as https://alarm.example.net/hook")
    if once and listen is not None:
        fail("--once and --listen: give one of the two")
    place = None if listen is None else _place(listen)
    try:
        with _opened(folder, require_log_key(log)) as witness, BucketHost(follow) as host:
            follower = Follower(witness, host, webhook)
            if once:
                _once(follower, as_json=as_json)
            _run(follower, witness, every, place)
    except HostAddressError as error:
        fail(f"--follow: {error}")
    except (KeysError, StateError, ServeError) as error:
        fail(str(error))


def status(
    folder: _Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Print each log of this witness."""
    try:
        key = open_witness(folder)
        logs = read_status(folder, VKey.parse(key.vkey))
    except (KeysError, StateError) as error:
        fail(str(error))
    if as_json:
        found = {"name": key.name, "vkey": key.vkey, "logs": [one.to_json() for one in logs]}
        typer.echo(json.dumps(found))
    else:
        typer.echo(f"{key.name} ({key.vkey})")
        for one in logs:
            _print(one)
    if any(one.alarm for one in logs):
        raise typer.Exit(NOT_CHECKED)


@contextmanager
def _opened(folder: Path, log: VKey) -> Iterator[Witness]:
    key = open_witness(folder)
    with LogFolder.opened(folder, log.name) as state:
        yield Witness(state, key, log)


def _once(follower: Follower, *, as_json: bool) -> NoReturn:
    found = follower.look(threading.Event())
    if as_json:
        said = {"outcome": found.outcome, "size": found.size, "detail": found.detail}
        typer.echo(json.dumps(said))
    raise typer.Exit(0 if found.ok else NOT_CHECKED)


def _run(follower: Follower, witness: Witness, every: float, place: tuple[str, int] | None) -> None:
    with stop_signals() as stop:
        if place is None:
            follower.run(stop, every)
            return
        looking = threading.Thread(target=follower.run, args=(stop, every), name="follower")
        looking.start()
        try:
            serve_app(WitnessApp(witness), *place, lambda url: _tell(witness, url))
        finally:
            stop.set()
            looking.join()


def _tell(witness: Witness, url: str) -> None:
    typer.echo(f"Witness {witness.name} takes checkpoints of {witness.log.name} at {url}")


def _log_to_standard_error() -> None:
    """Ours only: libraries would name addresses, and a webhook's may hold a secret."""
    words = "%(asctime)s witness: %(levelname)s: %(message)s"
    logging.basicConfig(level=logging.WARNING, format=words)
    logging.getLogger("breachdesk").setLevel(logging.INFO)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        fail("--listen: give host and port, as in 127.0.0.1:8100")
    return host.strip("[]"), int(port)


def _print(one: LogStatus) -> None:
    when = "never"
    if one.cosigned_at is not None:
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(one.cosigned_at))
    typer.echo(f"{one.origin}: {one.size} entries, cosigned {when}")
    if one.alarm:
        typer.secho(f"  ALARM ({one.alarm}): evidence in {one.evidence}", fg=typer.colors.RED)
