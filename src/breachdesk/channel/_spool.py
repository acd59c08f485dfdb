"""A folder in place of a sender: for the demo and for tests. A file has address and code in it."""

import os
from pathlib import Path

from breachdesk.channel._messages import Message
from breachdesk.channel.errors import RefusedForNow, SendersConfigError
from breachdesk.wire import dumps


class SpoolSender:
    """Writes each message as a file `<id>.json`, whole or not at all, for its owner only."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder. Raises SendersConfigError."""
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SendersConfigError(
                f"spool: {folder} cannot be made ({error.strerror}): name another folder"
            ) from None

    def send(self, message: Message) -> None:
        """Write it, on the disk when this returns."""
        data = dumps(
            {
                "id": message.id,
                "channel": message.channel,
                "to": message.to,
                "subject": message.subject,
                "text": message.text,
            }
        )
        try:
            write_whole(self._folder / f"{message.id}.json", data)
        except OSError:
            raise RefusedForNow("refused") from None


def write_whole(path: Path, data: bytes) -> None:
    """A file that is there with all of its bytes, or not at all. Raises OSError."""
    scratch = path.with_name(f".{path.name}.new")
    file = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    scratch.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
