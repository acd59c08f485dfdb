"""The secret that sessions and forms are signed with: one file, the same for every process."""

import os
import secrets
from pathlib import Path
from typing import Final

_NAME: Final = "console.secret"
_FEWEST: Final = 43


def secret_of(folder: Path) -> str:
    """Read it, or make it. Two processes may do so at once: the first to make it decides.

    Raises OSError, ValueError for a file that was cut short.
    """
    path = folder / _NAME
    own = folder / f".{_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(file, "w") as out:
                out.write(secrets.token_urlsafe(48))
                out.flush()
                os.fsync(out.fileno())
            # A link fails where there is a file already, and never shows half of one.
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    secret = path.read_text("ascii")
    if len(secret) < _FEWEST:
        raise ValueError(f"{path} is not whole: remove it, and everybody signs in again")
    return secret
