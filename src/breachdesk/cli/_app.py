"""The `breachdesk` command. A command's module is imported when that command is called.

Together they bring in all libraries there are, which takes seconds: `keys` needs no Arrow.
"""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

_HELP = """The desk that an organisation opens for the people whose data it lost.

A first look: breachdesk demo. The way of a real incident: keys new, inspect, build, verify, serve.
"""

#: Modules beside this one, named as their commands; each has `register`, which adds its command to
#: an application. In the order of `--help`.
_COMMANDS: Final = (
    *("demo", "keys", "inspect", "build", "rejects", "letters", "verify", "serve", "evaluator"),
    *("channel", "freshen", "check", "synth", "ledger", "retire", "stats", "diff", "incident"),
    *("staff", "purge", "witness", "mirror", "buckets", "audit"),
)


class Commands(TyperGroup):
    """All commands by name."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (click decides what it is called with)
        """Their names."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import one."""
        if cmd_name not in _COMMANDS:
            return None
        one = typer.Typer()
        import_module(f"{__package__}._{cmd_name}").register(one)
        return get_group(one).get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Commands, no_args_is_help=True, help=_HELP, pretty_exceptions_show_locals=False
)


@app.callback()
def _root() -> None:
    """Its help is that of the application."""


def main() -> None:
    """Run the command line."""
    app()
