"""The `--public-key` option: a log's vkey, or a file that holds it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from breachdesk.cli._fail import fail
from breachdesk.keys import PUBLIC_FILE
from breachdesk.release import ReleaseError, VKey

HELP = (
    "The log's public key, obtained elsewhere than from what is checked: the text itself, a file "
    f"that holds it, or a key folder's {PUBLIC_FILE} (which also says whose time to believe)."
)
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A log's key, and the timestamp keys that came with it."""

    log: VKey
    timestamps: tuple[VKey, ...] = ()


def read_public_key(text: str | None) -> PublicKey | None:
    """None for None. Ends the command if it is no key."""
    if text is None:
        return None
    try:
        if "+" in text and not Path(text).is_file():
            return PublicKey(VKey.parse(text))
        return _from_file(Path(text))
    except (ReleaseError, tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError):
        fail("--public-key: not a C2SP vkey (<name>+<id>+<base64>); `keys new` prints yours")
    except OSError as error:
        fail(f"--public-key: cannot read the file ({error.strerror}): name one, or give the key")


def _from_file(path: Path) -> PublicKey:
    text = path.read_bytes()[:_MOST_BYTES].decode()
    if path.name != PUBLIC_FILE:
        return PublicKey(VKey.parse(text.strip()))
    values = tomllib.loads(text)
    return PublicKey(VKey.parse(str(values["log"])), (VKey.parse(str(values["timestamp"])),))
