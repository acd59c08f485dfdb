"""What a holder publishes of its share keys (PROTOCOL section 10.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from breachdesk.wire._json import dumps, loads
from breachdesk.wire._limits import HOLDER_LIMIT
from breachdesk.wire._service import KINDS
from breachdesk.wire._strict import Strict

HOLDER_FORMAT = "breachdesk/holder/v1"

_STRICT = Strict("holder")
_MOST_EPOCH = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class HolderKey:
    """A share's public key (32 bytes) and its proof of possession (96)."""

    public: bytes
    possession: bytes


@dataclass(frozen=True, slots=True)
class HolderDocument:
    """`keys` has one or both of KINDS."""

    epoch: int
    keys: Mapping[str, HolderKey]

    def encode(self) -> bytes:
        """The document's bytes."""
        return dumps(
            {
                "format": HOLDER_FORMAT,
                "epoch": self.epoch,
                "keys": {
                    kind: {
                        "public": self.keys[kind].public.hex(),
                        "possession": self.keys[kind].possession.hex(),
                    }
                    for kind in KINDS
                    if kind in self.keys
                },
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> "HolderDocument":
        """Raises WireError("holder"). The proofs are the reader's to check."""
        value = loads(data, limit=HOLDER_LIMIT, code="holder")
        top = _STRICT.object(value, "holder", ("format", "epoch", "keys"))
        if top["format"] != HOLDER_FORMAT:
            _STRICT.fail("format", "not a version that this program knows")
        keys = _STRICT.mapping(top["keys"], "keys")
        if not keys or not set(keys) <= set(KINDS):
            _STRICT.fail("keys", "not one or more of the kinds of a holder")
        epoch = _STRICT.integer(top["epoch"], "epoch", 1, _MOST_EPOCH)
        return cls(
            epoch, {kind: _key(keys[kind], f"keys.{kind}") for kind in KINDS if kind in keys}
        )


def _key(value: Any, where: str) -> HolderKey:
    one = _STRICT.object(value, where, ("public", "possession"))
    return HolderKey(
        _STRICT.hex(one["public"], f"{where}.public", 32),
        _STRICT.hex(one["possession"], f"{where}.possession", 96),
    )
