"""`breachdesk keys split`: two holders."""

import json
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._unlock import UnlockOption, unlock_from
from breachdesk.keys import (
    SPLIT_KINDS,
    KeysError,
    SplitRequest,
    split,
)

_SPLIT_HELP = (
    "Share the evaluator keys between two new folders, so that neither can evaluate alone.\n\n"
    "BUILDER gets the first share and every other key: yours, for serve and build. HOLDER gets the "
    "second share alone: carry it to the other holder, who seals it there and runs `breachdesk "
    "evaluator`. The whole evaluator keys are destroyed in DIR, unless --keep-whole leaves them "
    "for the build of a ceremony; destroy them after it with `keys destroy`.\n\n"
    "Example: breachdesk keys split whole --into keys holder --keep-whole"
)


def add_to(keys: typer.Typer) -> None:
    """Add the command to `keys`."""
    keys.command("split", help=_SPLIT_HELP)(split_command)


def split_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the whole keys.")],
    into: Annotated[
        tuple[Path, Path],
        typer.Option(metavar="BUILDER HOLDER", help="The two folders to make."),
    ],
    keep_whole: Annotated[
        bool, typer.Option("--keep-whole", help="Leave the whole keys in DIR, for one build.")
    ] = False,
    unlock: UnlockOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the public values as JSON, for a machine.")
    ] = False,
) -> None:
    """Split the keys."""
    request = SplitRequest(folder, into[0], into[1], keep_whole=keep_whole)
    try:
        public = split(request, unlock=unlock_from(unlock))
    except KeysError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot make the folders ({error.strerror}): name places that you may write to")
    if as_json:
        shares = {
            kind: [one.public.hex() for one in public.oprf[kind].shares] for kind in SPLIT_KINDS
        }
        typer.echo(
            json.dumps(
                {
                    "builder": str(into[0]),
                    "holder": str(into[1]),
                    "whole_kept": keep_whole,
                    "epoch": public.epoch,
                    "shares": shares,
                },
                ensure_ascii=False,
            )
        )
        return
    typer.echo(f"Share 1 and all other keys are in {into[0]}: seal it, and serve from it.")
    typer.echo(f"Share 2 is in {into[1]}: carry it to the other holder, and keep no copy.")
    if keep_whole:
        typer.echo(f"The whole keys are still in {folder}: build, then destroy them:")
        typer.echo(f"  breachdesk keys destroy {folder} --key oprf-open --key oprf-code")
    else:
        typer.echo(f"The whole evaluator keys in {folder} are destroyed.")
