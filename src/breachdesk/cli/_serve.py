"""`breachdesk serve`: the pages, the evaluator and the buckets."""

from pathlib import Path
from typing import Annotated

import typer

from breachdesk.admission import (
    DEFAULT_DAY,
    DEFAULT_EFFORT,
    DEFAULT_EPOCH,
    DEFAULT_RATE,
    MOST_EFFORT,
)
from breachdesk.check import SettingsError
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError
from breachdesk.peers import PeerError
from breachdesk.serving import (
    ConsoleRequest,
    DeskRequest,
    ServeError,
    ServeRequest,
    database_from_surroundings,
    run,
)

WITNESS_HELP = (
    "An independent witness: where it takes checkpoints and, after a blank, its key as obtained "
    "from the witness; repeat it. Nothing waits for a witness."
)
_HELP = (
    "Serve the pages on one port, the evaluator and the buckets on the next.\n\n"
    "Three kinds of process are started: pages, which never see the key folder; check, which opens "
    "the two evaluator keys; and a signer, which opens the timestamp key and keeps the release "
    "fresh. With --channel two more: channel, which gives channel tokens for right codes, and a "
    "sender of codes. With --desk one more: the desk, which takes damage reports and cannot open "
    "them. With --console two more: console and worker for staff, which can. A new release in the "
    "folder is served within seconds. SIGTERM or Ctrl-C ends all.\n\n"
    "Ready when /healthz on the pages' port answers 200; one line then says the address.\n\n"
    "Example: breachdesk serve --releases releases --keys keys --port 8000"
)


def register(app: typer.Typer) -> None:
    """Add `serve` to the application."""
    app.command("serve", help=_HELP)(serve)


def serve(
    releases: Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")],
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder of these releases.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port of the pages.")] = 8000,
    evaluator_port: Annotated[
        int | None,
        typer.Option(
            help="The port of evaluator and buckets.", show_default="the one after --port"
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the check service.")] = 1,
    evaluator_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where browsers reach the evaluator, if not at that host and port.",
        ),
    ] = None,
    buckets_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where browsers reach the buckets, if not at the evaluator's URL."
        ),
    ] = None,
    page_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="Origin of pages that may ask the evaluator; repeat it. Default: any.",
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Host name that the pages answer to; repeat it."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK", help="Proxies whose X-Forwarded-For is believed; repeat it."
        ),
    ] = None,
    peer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="The evaluator of another holder, where the keys are split; repeat it.",
        ),
    ] = None,
    evaluator_user: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Run the processes that hold keys as this user; the command is run as root then.",
        ),
    ] = None,
    unlock: UnlockOption = None,
    rate: Annotated[
        int, typer.Option(min=1, help="Evaluations a minute that one client address may ask for.")
    ] = DEFAULT_RATE,
    channel: Annotated[
        Path | None,
        typer.Option(
            metavar="CHANNEL.toml",
            help="The channel file: serve one-time codes too. `breachdesk channel init` makes one.",
        ),
    ] = None,
    channel_port: Annotated[
        int | None,
        typer.Option(help="The port of the channel service.", show_default="two after --port"),
    ] = None,
    channel_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where browsers reach the channel service, if not at that host and port.",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where evaluations are counted for good, on a local disk.",
            show_default="state, beside the releases folder",
        ),
    ] = None,
    limits: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="BREACHDESK_LIMITS",
            help="Redis or Valkey that counts for several processes and hosts, such as "
            "redis://host:6379/0. Needed with --workers 2 or more.",
        ),
    ] = None,
    budget_day: Annotated[
        int, typer.Option(min=1, help="Evaluations that each key may give in a day (UTC).")
    ] = DEFAULT_DAY,
    budget_epoch: Annotated[
        int, typer.Option(min=1, help="Evaluations that each key may give in its epoch.")
    ] = DEFAULT_EPOCH,
    token_effort: Annotated[
        int,
        typer.Option(
            min=1,
            max=MOST_EFFORT,
            help="Hashes that an asker's device needs at most for one question, at rest; a "
            f"telephone does 250,000 a second. Rises with the load to {MOST_EFFORT}.",
        ),
    ] = DEFAULT_EFFORT,
    alarm_webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="BREACHDESK_ALARM_WEBHOOK",
            help="Where alarms are posted as JSON.",
        ),
    ] = None,
    alarm_mail: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="BREACHDESK_ALARM_MAIL",
            help="Mail server and addresses for alarms: smtp, smtp+starttls or smtps, such as "
            "smtp://host:25?from=desk@example.org&to=duty@example.org.",
        ),
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(metavar='"URL VKEY"', help=WITNESS_HELP)
    ] = None,
    desk: Annotated[
        bool,
        typer.Option(
            "--desk",
            help="Serve the desk for damage reports too. DATABASE_URL names its database; without "
            "it, a file in its data folder.",
        ),
    ] = False,
    desk_port: Annotated[
        int | None, typer.Option(help="The port of the desk.", show_default="four after --port")
    ] = None,
    desk_host: Annotated[
        str | None,
        typer.Option(help="The address that the desk listens on.", show_default="127.0.0.1"),
    ] = None,
    desk_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where browsers reach the desk, if not at that host and port."
        ),
    ] = None,
    desk_data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The data folder of desk and console: sealed files, the receipts' salt.",
            show_default="desk, beside the releases folder",
        ),
    ] = None,
    desk_scanner: Annotated[
        str,
        typer.Option(
            metavar="COMMAND",
            envvar="BREACHDESK_DESK_SCANNER",
            help="How clamdscan is called, such as 'clamdscan --stream'. Without it files are kept "
            "as not scanned.",
        ),
    ] = "",
    desk_short: Annotated[
        bool, typer.Option("--desk-short", help="Give everybody the short form, as in a wave.")
    ] = False,
    console: Annotated[
        bool, typer.Option("--console", help="Serve the console for staff too, and its worker.")
    ] = False,
    console_port: Annotated[
        int | None,
        typer.Option(help="The port of the console.", show_default="five after --port"),
    ] = None,
    console_host: Annotated[
        str, typer.Option(help="The address that the console listens on.")
    ] = "127.0.0.1",
    console_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where staff reach the console, if not at localhost. Passkeys belong to its host.",
        ),
    ] = None,
) -> None:
    """Check the options, and serve until told to end."""
    try:
        request = ServeRequest(
            releases=releases,
            keys=keys,
            host=host,
            port=port,
            evaluator_port=evaluator_port,
            workers=workers,
            evaluator_url=evaluator_url,
            buckets_url=buckets_url,
            page_origins=tuple(page_origin or ()),
            allowed_hosts=tuple(allowed_host or ()),
            proxies=tuple(proxy or ()),
            rate=rate,
            channel=channel,
            channel_port=channel_port,
            channel_url=channel_url,
            state=state,
            limits=limits,
            budget_day=budget_day,
            budget_epoch=budget_epoch,
            token_effort=token_effort,
            alarm_webhook=alarm_webhook,
            alarm_mail=alarm_mail,
            witnesses=tuple(witness or ()),
            peers=tuple(one.rstrip("/") for one in peer or ()),
            evaluator_user=evaluator_user,
            unlock=unlock_from(unlock),
            desk=DeskRequest(
                data=desk_data or releases.absolute().parent / "desk",
                port=desk_port,
                host=desk_host,
                url=desk_url,
                database=database_from_surroundings(),
                scanner=desk_scanner,
                short=desk_short,
            )
            if desk
            else None,
            console=ConsoleRequest(
                data=desk_data or releases.absolute().parent / "desk",
                port=port + 5 if console_port is None else console_port,
                host=console_host,
                url=console_url,
                desk_url=desk_url or "",
                database=database_from_surroundings(),
            )
            if console
            else None,
        )
        run(request, typer.echo)
    except (ServeError, SettingsError, KeysError, PeerError) as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(2) from None
