"""What opens a sealed folder: a passphrase, an age identity, a token's PIN, a credential.

It is never an argument, and never in the environment of a process that does not need it. Looked
for in this order: the named file; the handle that `serve` passes to the processes that hold keys;
the systemd credential `breachdesk-unlock`; the variable BREACHDESK_UNLOCK, for containers that have
nothing better; the terminal.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from breachdesk.keys.errors import KeyLocked, KeyPermissions

#: The number of an inherited handle, set by the supervisor for its children.
UNLOCK_HANDLE: Final = "BREACHDESK_UNLOCK_HANDLE"
UNLOCK_VARIABLE: Final = "BREACHDESK_UNLOCK"
CREDENTIAL: Final = "breachdesk-unlock"

_MOST_BYTES: Final = 64 * 1024
_HOW: Final = (
    "name its file with --unlock, or give it as the systemd credential breachdesk-unlock "
    "(LoadCredential)"
)


@dataclass(frozen=True, slots=True)
class Unlock:
    """Where the secret comes from. With neither `file` nor `prompt`: from the surroundings."""

    file: Path | None = None
    prompt: Callable[[str], str] | None = field(default=None, repr=False)
    _known: list[str] = field(default_factory=list, repr=False, compare=False)

    def secret(self, what: str) -> str:
        """The secret, without the line feed at its end; looked for once. `what` names it.

        Raises `KeyLocked`, or `KeyPermissions` for a file that everybody may read.
        """
        if not self._known:
            secret = self._found(what).removesuffix("\n").removesuffix("\r")
            if not secret:
                raise KeyLocked(f"{what} is empty", _HOW)
            self._known.append(secret)
        return self._known[0]

    def _found(self, what: str) -> str:
        if self.file is not None:
            return _read(self.file, what)
        if UNLOCK_HANDLE in os.environ:
            return _read_handle(int(os.environ[UNLOCK_HANDLE]), what)
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        if folder and (Path(folder) / CREDENTIAL).exists():
            return _read(Path(folder) / CREDENTIAL, what)
        if UNLOCK_VARIABLE in os.environ:
            return os.environ[UNLOCK_VARIABLE]
        if self.prompt is not None:
            return self.prompt(what)
        raise KeyLocked(f"{what} is needed", _HOW)


def _read(path: Path, what: str) -> str:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & stat.S_IRWXO:
                raise KeyPermissions(path.name, stat.S_IMODE(os.fstat(file.fileno()).st_mode))
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise KeyLocked(f"the file of {what} cannot be read ({error.strerror})", _HOW) from None
    return _text(content, what)


def _read_handle(handle: int, what: str) -> str:
    """From its start: a process that is started again reads it again."""
    try:
        return _text(os.pread(handle, _MOST_BYTES + 1, 0), what)
    except OSError:
        raise KeyLocked(f"the handle of {what} cannot be read", _HOW) from None


def _text(content: bytes, what: str) -> str:
    try:
        text = content.decode()
    except ValueError:
        text = ""
    if not text or len(content) > _MOST_BYTES:
        raise KeyLocked(f"{what} is empty, too long or not UTF-8", _HOW)
    return text
