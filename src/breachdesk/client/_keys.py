"""The manifest's key lists, and the evaluators for them (PROTOCOL sections 5.4 and 10)."""

from breachdesk.client.errors import CheckError
from breachdesk.release import KeyList, Manifest
from breachdesk.voprf import VoprfError, combine_public, verify_possession
from breachdesk.wire import KINDS, EvaluatorAddress, ServiceDocument

_LABEL = b"breachdesk/possession/v1"
_KEY_KINDS = (*KINDS, "channel")
"""Kinds of OPRF key in the order of their numbers (section 2)."""


def possession_context(kind: str, epoch: int) -> bytes:
    """What a holder's proof of possession is about (5.4)."""
    return _LABEL + bytes((_KEY_KINDS.index(kind),)) + epoch.to_bytes(4, "big")


def check_key_lists(manifest: Manifest) -> None:
    """Section 5.4 for every kind in use. Raises CheckError: key or possession."""
    for kind, keys in manifest.keys.items():
        check_key_list(keys, kind, manifest.epoch)


def check_key_list(keys: KeyList, kind: str, epoch: int) -> None:
    """Section 5.4 for one kind. Raises CheckError: key or possession."""
    _check_sum(keys)
    _check_possession(keys, possession_context(kind, epoch))


def check_evaluators(service: ServiceDocument, manifest: Manifest) -> None:
    """The service's evaluators are the manifest's, for every kind in use. CheckError("key")."""
    for kind in KINDS:
        if kind in manifest.keys:
            addresses_of(service, manifest, kind)


def addresses_of(
    service: ServiceDocument, manifest: Manifest, kind: str
) -> tuple[EvaluatorAddress, ...]:
    """The evaluators to ask, in the manifest's order of shares. Raises CheckError("key")."""
    known = {one.public: one for one in service.evaluators[kind]}
    shares = [share.public for share in manifest.keys[kind].shares]
    if len(service.evaluators[kind]) != len(shares) or known.keys() != set(shares):
        raise CheckError("key", "the service's evaluators are not the manifest's")
    return tuple(known[public] for public in shares)


def _check_sum(keys: KeyList) -> None:
    try:
        total = combine_public([share.public for share in keys.shares])
    except VoprfError:
        raise CheckError("key", "a share key that is not allowed") from None
    if total != keys.public:
        raise CheckError("key", "the share keys do not sum to the combined key")


def _check_possession(keys: KeyList, context: bytes) -> None:
    for share in keys.shares:
        try:
            verify_possession(share.public, context, share.possession)
        except VoprfError:
            raise CheckError("possession", "a holder does not prove its share") from None
