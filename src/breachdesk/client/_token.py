"""The channel token T: checked, then computed from what the channel service answered (4.4)."""

from dataclasses import dataclass, field

from breachdesk.client.errors import CheckError
from breachdesk.identifiers import token_input
from breachdesk.release import KeyList
from breachdesk.voprf import (
    ELEMENT_BYTES,
    Evaluation,
    ProofError,
    VoprfError,
    blind,
    finalize_shares,
)
from breachdesk.wire import EVALUATION_BYTES

_ONE = b"\x01" + bytes(31)
"""A blind of 1: the service evaluates the point itself."""


@dataclass(frozen=True, slots=True)
class ChannelProof:
    """What the channel service gave for an address, 96 bytes. Its repr shows no address."""

    channel: str
    address: bytes = field(repr=False)
    evaluation: bytes = field(repr=False)

    def token(self, epoch: int, keys: KeyList) -> bytes:
        """T, 64 bytes. Raises CheckError: channel, proof, or element."""
        return finalize_token(epoch, self.channel, self.address, self.evaluation, keys)


def finalize_token(
    epoch: int, channel: str, address: bytes, evaluation: bytes, keys: KeyList
) -> bytes:
    """T for a canonical address, once the proof holds under the manifest's channel key.

    Raises CheckError: channel for another length than 96 bytes, proof, or element.
    """
    if len(evaluation) != EVALUATION_BYTES:
        raise CheckError("channel", "an answer that is not 96 bytes")
    value = token_input(epoch, channel, address)
    answer = Evaluation(evaluation[:ELEMENT_BYTES], evaluation[ELEMENT_BYTES:])
    publics = [share.public for share in keys.shares]
    try:
        return finalize_shares(value, blind(value, fixed_blind=_ONE), [answer], publics)
    except ProofError:
        raise CheckError("proof", "the channel service's proof does not hold") from None
    except VoprfError:
        raise CheckError("element", "the channel service's element is not allowed") from None
