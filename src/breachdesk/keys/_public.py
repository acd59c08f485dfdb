"""The public values of a key folder. None of them is a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from breachdesk.keys.errors import InvalidParameter, KeyFormat
from breachdesk.voprf import VoprfError, combine_public, verify_possession

#: Kinds of OPRF key and their numbers (PROTOCOL section 2).
OPRF_KINDS: Final[Mapping[str, int]] = {"open": 0, "code": 1, "channel": 2}

_POSSESSION_LABEL: Final = b"breachdesk/possession/v1"
_MAX_EPOCH: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class SharePublic:
    """A holder's public key (32 bytes) and the proof that it has the secret (96 bytes)."""

    public: bytes
    possession: bytes


@dataclass(frozen=True, slots=True)
class OprfPublic:
    """The combined public key (32 bytes), its proof of possession (96), and the shares if split.

    The proof of the combined key was made before the split, or there was none.
    """

    public: bytes
    possession: bytes
    shares: tuple[SharePublic, ...] = ()

    @property
    def holders(self) -> tuple[SharePublic, ...]:
        """What a manifest lists: the shares, or the one key."""
        return self.shares or (SharePublic(self.public, self.possession),)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """All public values of a folder; `oprf` by kind, the vkeys in C2SP form.

    `share` is the number of the holder whose share this folder has, from 1; 0 for whole keys.
    `builder` is the vkey that signs batches (PROTOCOL section 10.3), None in a holder's folder.
    `desk` is the public key (X25519, 32 bytes) that damage reports are sealed to, None in a folder
    that has none.
    """

    origin: str
    epoch: int
    oprf: Mapping[str, OprfPublic]
    log: str
    timestamp: str
    builder: str | None = None
    share: int = 0
    desk: bytes | None = None

    @property
    def holders(self) -> int:
        """How many share the evaluator keys; 1 if they are whole."""
        return len(self.oprf["open"].holders)

    def own(self, kind: str) -> SharePublic:
        """The public half of the key that this folder holds of a kind."""
        found = self.oprf[kind]
        if self.share and found.shares:
            return found.shares[self.share - 1]
        return SharePublic(found.public, found.possession)


def check_epoch(epoch: int) -> None:
    """Raise `InvalidParameter` unless `epoch` fits in a u32 and is not zero."""
    if not 1 <= epoch <= _MAX_EPOCH:
        raise InvalidParameter("epoch", f"must be between 1 and {_MAX_EPOCH}")


def possession_context(kind: str, epoch: int) -> bytes:
    """What a proof of possession is bound to (PROTOCOL section 5.4)."""
    return _POSSESSION_LABEL + bytes([OPRF_KINDS[kind]]) + epoch.to_bytes(4, "big")


def check_shares(public: PublicKeys, kind: str) -> None:
    """PROTOCOL 5.4 for one kind: no identity, none twice, their sum, each proof of possession.

    Raises `KeyFormat` about folder.toml.
    """
    entry = public.oprf[kind]
    try:
        total = combine_public([one.public for one in entry.holders])
    except VoprfError:
        raise _wrong(f"oprf.{kind}: a share key that is not allowed, or one twice") from None
    if total != entry.public:
        raise _wrong(f"oprf.{kind}: the shares do not sum to the public key")
    for one in entry.holders:
        check_possession(one, kind, public.epoch)


def check_possession(share: SharePublic, kind: str, epoch: int) -> None:
    """Raise `KeyFormat` unless the holder proves its share."""
    try:
        verify_possession(share.public, possession_context(kind, epoch), share.possession)
    except VoprfError:
        raise _wrong(f"oprf.{kind}.possession does not hold") from None


def _wrong(reason: str) -> KeyFormat:
    return KeyFormat("folder.toml", reason)
