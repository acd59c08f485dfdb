"""The `breachdesk` command: every command module adds itself to one application."""

import typer

from breachdesk.cli import (
    _audit,
    _buckets,
    _build,
    _channel,
    _check,
    _demo,
    _evaluator,
    _freshen,
    _incident,
    _inspect,
    _keys,
    _letters,
    _mirror,
    _purge,
    _serve,
    _staff,
    _synth,
    _verify,
    _witness,
)

_HELP = """The desk that an organisation opens for the people whose data it lost.

A first look: breachdesk demo. The way of a real incident: keys new, inspect, build, verify, serve.
"""

app = typer.Typer(no_args_is_help=True, help=_HELP, pretty_exceptions_show_locals=False)
_COMMANDS = (
    *(_demo, _keys, _inspect, _build, _letters, _verify, _serve, _evaluator, _channel, _freshen),
    *(_staff, _check, _synth, _witness, _mirror, _buckets, _audit, _incident, _purge),
)
for command in _COMMANDS:
    command.register(app)


def main() -> None:
    """Run the command line."""
    app()
