"""The `breachdesk` command: every command module adds itself to one application."""

import typer

app = typer.Typer(no_args_is_help=True, help="The desk for the people whose data was lost.")


def main() -> None:
    """Run the command line."""
    app()
