"""The manifest's key lists, and the evaluators for them (PROTOCOL sections 5.4 and 10)."""

from breachdesk.client.errors import CheckError
from breachdesk.release import KeyList, Manifest
from breachdesk.voprf import ElementError, VoprfError, combine_public, verify_possession
from breachdesk.wire import KINDS, EvaluatorAddress, ServiceDocument

_LABEL = b"breachdesk/possession/v1"


def check_key_lists(manifest: Manifest) -> None:
    """Section 5.4 for every kind. Raises CheckError: key or possession."""
    for number, kind in enumerate(KINDS):
        if kind in manifest.keys:
            _check_sum(manifest.keys[kind])
            context = _LABEL + bytes((number,)) + manifest.epoch.to_bytes(4, "big")
            _check_possession(manifest.keys[kind], context)


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
        except (VoprfError, ElementError):
            raise CheckError("possession", "a holder does not prove its share") from None
