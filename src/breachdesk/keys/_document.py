"""`folder.toml`: public values, and how the folder keeps its keys. It holds no secret.

Format 2. Of format 1, which version 0.1 wrote, only whole keys in plain files are known.
"""

import tomllib
from dataclasses import dataclass, field
from typing import Any, Final

import tomlkit

from breachdesk.keys._files import PUBLIC_FILE
from breachdesk.keys._names import KEY_NAMES, LATER_KEYS, SPLIT_KINDS
from breachdesk.keys._public import OPRF_KINDS, OprfPublic, PublicKeys, SharePublic
from breachdesk.keys._table import Table
from breachdesk.keys.errors import KeyFormat
from breachdesk.voprf import ELEMENT_BYTES, POSSESSION_BYTES

FORMAT: Final = 2
CUSTODIES: Final = ("plain", "passphrase", "age", "credential", "pkcs11")

_FIRST_FORMAT: Final = 1
_FIRST_KEYS: Final = tuple(name for name in KEY_NAMES if name not in LATER_KEYS)
_MOST_HOLDERS: Final = 16
_HEADER: Final = (
    "# Public values of this key folder: nothing here is secret, all else in the folder is.\n"
)


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where the wrapping key of custody `pkcs11` is: module file, token label, key label."""

    module: str
    token: str
    key: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a folder keeps its keys.

    `generation` counts how often that has changed; it names the subfolder of the key files, and 0
    is the folder itself. `held` are the keys that are there, `destroyed` those that were.
    """

    custody: str = "plain"
    generation: int = 0
    held: tuple[str, ...] = KEY_NAMES
    destroyed: tuple[str, ...] = ()
    token: TokenPlace | None = None

    @property
    def prefix(self) -> str:
        """What comes before a key file's name inside the folder."""
        return f"keys-{self.generation}/" if self.generation else ""


@dataclass(frozen=True, slots=True)
class Document:
    """All of `folder.toml`."""

    public: PublicKeys
    keeping: Keeping = field(default_factory=Keeping)


def encode(document: Document) -> bytes:
    """The bytes of `folder.toml`."""
    public, keeping = document.public, document.keeping
    values: dict[str, Any] = {
        "format": FORMAT,
        "origin": public.origin,
        "epoch": public.epoch,
        "share": public.share,
        "custody": keeping.custody,
        "generation": keeping.generation,
        "held": list(keeping.held),
        "destroyed": list(keeping.destroyed),
        "log": public.log,
        "timestamp": public.timestamp,
    }
    if public.builder is not None:
        values["builder"] = public.builder
    if public.desk is not None:
        values["desk"] = public.desk.hex()
    if keeping.token is not None:
        place = keeping.token
        values["pkcs11"] = {"module": place.module, "token": place.token, "key": place.key}
    values["oprf"] = {kind: _oprf_values(key) for kind, key in public.oprf.items()}
    return (_HEADER + tomlkit.dumps(values)).encode()


def _oprf_values(key: OprfPublic) -> dict[str, Any]:
    values: dict[str, Any] = {"public": key.public.hex(), "possession": key.possession.hex()}
    if key.shares:
        values["shares"] = [
            {"public": one.public.hex(), "possession": one.possession.hex()} for one in key.shares
        ]
    return values


def decode(content: bytes) -> Document:
    """Read `folder.toml`; raises `KeyFormat` on anything missing, unknown or of a wrong length."""
    try:
        values = tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        raise KeyFormat(PUBLIC_FILE, "is not TOML in UTF-8") from None
    table = Table(values, "")
    found = table.integer("format")
    if found not in (_FIRST_FORMAT, FORMAT):
        raise KeyFormat(
            PUBLIC_FILE, f"is not of format {FORMAT}", fix="use the version that made it"
        )
    keeping = Keeping(held=_FIRST_KEYS) if found == _FIRST_FORMAT else _keeping(table)
    share = 0 if found == _FIRST_FORMAT else table.integer("share")
    oprf = table.table("oprf")
    public = PublicKeys(
        origin=table.text("origin"),
        epoch=table.integer("epoch"),
        oprf={kind: _oprf_public(oprf.table(kind)) for kind in OPRF_KINDS},
        log=table.text("log"),
        timestamp=table.text("timestamp"),
        builder=table.text("builder") if "builder" in table else None,
        share=share,
        desk=table.hex("desk", 32) if "desk" in table else None,
    )
    oprf.finish()
    table.finish()
    _check_split(public)
    return Document(public, keeping)


def _keeping(table: Table) -> Keeping:
    custody = table.text("custody")
    if custody not in CUSTODIES:
        raise KeyFormat(
            PUBLIC_FILE, "custody is not one that this version knows", fix="use a newer version"
        )
    generation = table.integer("generation")
    if not 0 <= generation < 1 << 31:
        raise KeyFormat(PUBLIC_FILE, "generation is out of range")
    token = None
    if custody == "pkcs11":
        place = table.table("pkcs11")
        token = TokenPlace(place.text("module"), place.text("token"), place.text("key"))
        place.finish()
    held, destroyed = table.texts("held", KEY_NAMES), table.texts("destroyed", KEY_NAMES)
    if set(held) & set(destroyed):
        raise KeyFormat(PUBLIC_FILE, "names a key as held and as destroyed")
    return Keeping(custody, generation, held, destroyed, token)


def _oprf_public(table: Table) -> OprfPublic:
    """One key of the table `oprf`."""
    shares = table.tables("shares") if "shares" in table else []
    if len(shares) == 1 or len(shares) > _MOST_HOLDERS:
        raise KeyFormat(PUBLIC_FILE, "oprf: shares are 2 to 16, or none")
    key = OprfPublic(
        table.hex("public", ELEMENT_BYTES),
        table.hex("possession", POSSESSION_BYTES),
        tuple(_share(one) for one in shares),
    )
    table.finish()
    return key


def _share(table: Table) -> SharePublic:
    found = SharePublic(
        table.hex("public", ELEMENT_BYTES), table.hex("possession", POSSESSION_BYTES)
    )
    table.finish()
    return found


def _check_split(public: PublicKeys) -> None:
    """The kinds that are split are so together, and this folder's share is one of them."""
    counts = {len(public.oprf[kind].shares) for kind in SPLIT_KINDS}
    if len(counts) != 1 or public.oprf["channel"].shares:
        raise KeyFormat(PUBLIC_FILE, "open and code are split alike, and channel is not")
    if not 0 <= public.share <= counts.pop():
        raise KeyFormat(PUBLIC_FILE, "share is none of the shares that stand there")
