"""The command line: Typer applications, with no logic of their own."""

from breachdesk.cli._app import main

__all__ = ["main"]
