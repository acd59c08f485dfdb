"""The `breachdesk` command: every command module adds itself to one application."""

import typer

from breachdesk.cli import (
    _audit,
    _build,
    _channel,
    _check,
    _demo,
    _freshen,
    _inspect,
    _keys,
    _letters,
    _serve,
    _synth,
    _verify,
)

_HELP = """The desk that an organisation opens for the people whose data it lost.

A first look: breachdesk demo. The way of a real incident: keys new, inspect, build, verify, serve.
"""

app = typer.Typer(no_args_is_help=True, help=_HELP, pretty_exceptions_show_locals=False)
for command in (
    _demo,
    _keys,
    _inspect,
    _build,
    _letters,
    _verify,
    _serve,
    _channel,
    _freshen,
    _check,
    _synth,
    _audit,
):
    command.register(app)


def main() -> None:
    """Run the command line."""
    app()
