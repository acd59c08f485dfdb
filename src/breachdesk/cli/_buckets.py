"""`breachdesk buckets`: serve the files of releases, and nothing that needs a key."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.check import SettingsError, create_buckets_app
from breachdesk.cli._fail import fail
from breachdesk.serving import ServeError, serve_app

_HELP = (
    "Serve a folder of releases, for instance what `mirror` copied.\n\n"
    "No key is opened, and nothing is evaluated: this is for a host that is not the operator's. "
    "Say its address to the operator, for --buckets-url of `serve`. A static server does as well; "
    "OPERATIONS says which headers it needs.\n\n"
    "Example: breachdesk buckets --releases copy --port 8002"
)


def register(app: typer.Typer) -> None:
    """Add `buckets` to the application."""
    app.command("buckets", help=_HELP)(buckets)


def buckets(
    releases: Annotated[Path, typer.Option(metavar="DIR", help="The folder of releases.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8002,
    page_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Origin of pages that may read; repeat it. Default: any."),
    ] = None,
) -> None:
    """Serve until told to end."""
    if not releases.is_dir():
        fail(f"--releases: {releases} is not there: name the folder that `mirror` copied to")
    logging.basicConfig(level=logging.WARNING, format="buckets: %(levelname)s: %(message)s")
    try:
        app = create_buckets_app(releases.absolute(), tuple(page_origin or ()))
        serve_app(app, host, port, lambda url: typer.echo(f"Buckets are served at {url}"))
    except (SettingsError, ServeError) as error:
        fail(str(error))
