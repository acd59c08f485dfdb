"""`folder.toml`: what may be published of a key folder. It holds no secret."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import tomlkit

from breachdesk.keys._files import PUBLIC_FILE
from breachdesk.keys.errors import InvalidParameter, KeyFormat
from breachdesk.voprf import ELEMENT_BYTES, POSSESSION_BYTES

FORMAT: Final = 1

#: Kinds of OPRF key and their numbers (PROTOCOL section 2).
OPRF_KINDS: Final[Mapping[str, int]] = {"open": 0, "code": 1, "channel": 2}

_POSSESSION_LABEL: Final = b"breachdesk/possession/v1"
_MAX_EPOCH: Final = 0xFFFFFFFF
_HEADER: Final = (
    "# Public values of this key folder: nothing here is secret, all else in the folder is.\n"
)


@dataclass(frozen=True, slots=True)
class OprfPublic:
    """A public key (32 bytes) and the proof that its holder has the secret (96 bytes)."""

    public: bytes
    possession: bytes


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """All public values of a folder; `oprf` by kind, the vkeys in C2SP form."""

    origin: str
    epoch: int
    oprf: Mapping[str, OprfPublic]
    log: str
    timestamp: str


def check_epoch(epoch: int) -> None:
    """Raise `InvalidParameter` unless `epoch` fits in a u32 and is not zero."""
    if not 1 <= epoch <= _MAX_EPOCH:
        raise InvalidParameter("epoch", f"must be between 1 and {_MAX_EPOCH}")


def possession_context(kind: str, epoch: int) -> bytes:
    """What a proof of possession is bound to (PROTOCOL section 5.4)."""
    return _POSSESSION_LABEL + bytes([OPRF_KINDS[kind]]) + epoch.to_bytes(4, "big")


def encode_public(keys: PublicKeys) -> bytes:
    """The bytes of `folder.toml`."""
    document = {
        "format": FORMAT,
        "origin": keys.origin,
        "epoch": keys.epoch,
        "log": keys.log,
        "timestamp": keys.timestamp,
        "oprf": {
            kind: {"public": key.public.hex(), "possession": key.possession.hex()}
            for kind, key in keys.oprf.items()
        },
    }
    return (_HEADER + tomlkit.dumps(document)).encode()


def decode_public(content: bytes) -> PublicKeys:
    """Read `folder.toml`; raises `KeyFormat` on anything missing, unknown or of a wrong length."""
    try:
        document = tomllib.loads(content.decode())
    except ValueError:
        raise KeyFormat(PUBLIC_FILE, "is not TOML in UTF-8") from None
    table = _Table(document, "")
    if table.integer("format") != FORMAT:
        raise KeyFormat(
            PUBLIC_FILE, f"is not of format {FORMAT}", fix="use the version that made it"
        )
    oprf = table.table("oprf")
    keys = PublicKeys(
        origin=table.text("origin"),
        epoch=table.integer("epoch"),
        oprf={kind: _oprf_public(oprf.table(kind)) for kind in OPRF_KINDS},
        log=table.text("log"),
        timestamp=table.text("timestamp"),
    )
    oprf.finish()
    table.finish()
    return keys


def _oprf_public(table: "_Table") -> OprfPublic:
    """One key of the table `oprf`."""
    key = OprfPublic(table.hex("public", ELEMENT_BYTES), table.hex("possession", POSSESSION_BYTES))
    table.finish()
    return key


class _Table:
    """A TOML table that is read once, key by key, and must then be empty."""

    def __init__(self, values: dict[str, object], prefix: str) -> None:
        self._values = values
        self._prefix = prefix

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise KeyFormat(PUBLIC_FILE, f"{self._prefix}{key} is missing")
        return self._values.pop(key)

    def _wrong(self, key: str, wanted: str) -> KeyFormat:
        return KeyFormat(PUBLIC_FILE, f"{self._prefix}{key} is not {wanted}")

    def integer(self, key: str) -> int:
        value = self._take(key)
        if type(value) is not int:
            raise self._wrong(key, "a number")
        return value

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def hex(self, key: str, length: int) -> bytes:
        value = self.text(key)
        if len(value) != 2 * length or set(value) - set("0123456789abcdef"):
            raise self._wrong(key, f"{length} bytes in lower-case hexadecimal")
        return bytes.fromhex(value)

    def table(self, key: str) -> "_Table":
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return _Table(value, f"{self._prefix}{key}.")

    def finish(self) -> None:
        if self._values:
            raise KeyFormat(PUBLIC_FILE, "has a key that this version does not know")
