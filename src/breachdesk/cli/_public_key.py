"""The `--public-key` option: a log's vkey, or a file that holds it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from breachdesk.cli._fail import fail
from breachdesk.keys import PUBLIC_FILE
from breachdesk.release import LOG_TYPE, TIMESTAMP_TYPE, ReleaseError, VKey

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


def require_log_key(text: str) -> VKey:
    """As read_public_key for `--log`, which names the log's key alone."""
    found = read_public_key(text, "--log")
    if found is None or found.log.kind != LOG_TYPE:
        fail("--log: this is not the key of a log; `keys new` prints it as the log public key")
    return found.log


def read_public_key(text: str | None, option: str = "--public-key") -> PublicKey | None:
    """None for None. Ends the command if it is no key."""
    if text is None:
        return None
    try:
        if "+" in text and not Path(text).is_file():
            return PublicKey(VKey.parse(text))
        return _from_file(Path(text))
    except (ReleaseError, tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError):
        fail(f"{option}: not a C2SP vkey (<name>+<id>+<base64>); `keys new` prints yours")
    except OSError as error:
        fail(f"{option}: cannot read the file ({error.strerror}): name one, or give the key")


WITNESS_HELP = (
    "A witness's key, obtained from the witness: then one of those given must have witnessed the "
    "release in the last 7 days. Repeat it."
)


def read_timestamp_keys(texts: list[str] | None, option: str = "--witness") -> tuple[VKey, ...]:
    """Keys of cosigners. Ends the command if one is none."""
    try:
        found = tuple(VKey.parse(text.strip()) for text in texts or ())
    except ReleaseError:
        found = None
    if found is None or any(key.kind != TIMESTAMP_TYPE for key in found):
        fail(f"{option}: not a cosigner's vkey (<name>+<id>+<base64>); `witness new` prints one")
    return found


def _from_file(path: Path) -> PublicKey:
    text = path.read_bytes()[:_MOST_BYTES].decode()
    if path.name != PUBLIC_FILE:
        return PublicKey(VKey.parse(text.strip()))
    values = tomllib.loads(text)
    return PublicKey(VKey.parse(str(values["log"])), (VKey.parse(str(values["timestamp"])),))
