"""`breachdesk evaluator`: one holder of a key share, on a host of its own."""

from pathlib import Path
from typing import Annotated

import typer

from breachdesk.admission import DEFAULT_DAY, DEFAULT_EPOCH, DEFAULT_RATE
from breachdesk.check import SettingsError
from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import KeysError
from breachdesk.serving import EvaluatorRequest, ServeError, run_evaluator

_HELP = (
    "Run the evaluator of one key share, as a regulator or an auditor does.\n\n"
    "It answers blinded points under this share, publishes the share's public keys with a proof "
    "that it has them (/v1/keys), and nothing else. Every answer to a person takes this evaluator "
    "and those of the other holders, so none of them can ask alone. With --releases it hosts the "
    "buckets too; with --builder it also takes batches from that builder, for a build that never "
    "has the whole key.\n\n"
    "Ready when one line says the address. SIGTERM or Ctrl-C ends it.\n\n"
    "Example: breachdesk evaluator --keys holder --host 0.0.0.0 --port 8003"
)


def register(app: typer.Typer) -> None:
    """Add `evaluator` to the application."""
    app.command("evaluator", help=_HELP)(evaluator)


def evaluator(
    keys: Annotated[Path, typer.Option(metavar="DIR", help="The key folder with the share.")],
    port: Annotated[int, typer.Option(help="The port to listen on.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    releases: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder of releases, to host their buckets too."),
    ] = None,
    builder: Annotated[
        str | None,
        typer.Option(
            metavar="VKEY",
            help="The public key of the builder that may ask for batches (keys builder).",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    page_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Origin of pages that may ask; repeat it. Default: any."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK", help="Proxies whose X-Forwarded-For is believed; repeat it."
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Run the processes as this user; started as root then."),
    ] = None,
    unlock: UnlockOption = None,
    rate: Annotated[
        int, typer.Option(min=1, help="Evaluations a minute that one client address may ask for.")
    ] = DEFAULT_RATE,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder of what is counted for good.",
            show_default="beside the releases, else DIR-state beside the keys",
        ),
    ] = None,
    limits: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Redis that counts for several processes or hosts."),
    ] = None,
    budget_day: Annotated[
        int, typer.Option(min=1, help="Evaluations that each key may give in a day.")
    ] = DEFAULT_DAY,
    budget_epoch: Annotated[
        int, typer.Option(min=1, help="Evaluations that each key may give in its epoch.")
    ] = DEFAULT_EPOCH,
) -> None:
    """Check the options, and serve until told to end."""
    try:
        request = EvaluatorRequest(
            keys=keys,
            port=port,
            host=host,
            releases=releases,
            builder=builder,
            workers=workers,
            page_origins=tuple(page_origin or ()),
            proxies=tuple(proxy or ()),
            rate=rate,
            state=state,
            limits=limits,
            budget_day=budget_day,
            budget_epoch=budget_epoch,
            user=user,
            unlock=unlock_from(unlock),
        )
        run_evaluator(request, typer.echo)
    except (ServeError, SettingsError, KeysError) as error:
        fail(str(error))
