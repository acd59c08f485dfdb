"""The checkpoint that `check --remember` keeps from one run to the next (PROTOCOL 9.4, step 3)."""

from pathlib import Path

from breachdesk.cli._fail import fail
from breachdesk.release import (
    Checkpoint,
    Note,
    ReleaseError,
    parse_checkpoint,
    replace_durable,
)

_MOST_BYTES = 1024
HELP = (
    "Keep here the newest list that was seen, and refuse an older or another one the next time. "
    "The file says nothing of who was asked about."
)


def read_remembered(path: Path | None) -> Checkpoint | None:
    """What the file holds; None if it is not there yet. Ends the command for another file."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode()
        return parse_checkpoint(Note(text, ()))
    except FileNotFoundError:
        return None
    except (ReleaseError, UnicodeDecodeError):
        fail("--remember: the file is not one that this command wrote; name another one")
    except OSError as error:
        fail(f"--remember: cannot read the file ({error.strerror})")


def write_remembered(path: Path | None, before: Checkpoint | None, now: Checkpoint | None) -> None:
    """Keep `now` in place of `before`. Ends the command if it is of another log."""
    if path is None or now is None or now == before:
        return
    if before is not None and before.origin != now.origin:
        fail(
            "--remember: the file is of another log than the one that answered; name a file for "
            "each, or find out why this service has another log"
        )
    try:
        replace_durable(path, path.with_name(f".{path.name}.new"), now.body.encode())
    except OSError as error:
        fail(f"--remember: cannot write the file ({error.strerror})")
