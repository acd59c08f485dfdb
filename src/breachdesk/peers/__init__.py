"""The other holders of key shares: what they publish, and batches that a builder asks them for."""

from breachdesk.peers._batches import BatchClient
from breachdesk.peers._holders import Holder, find_holders, find_present_holders, match_holders
from breachdesk.peers.errors import PeerError

__all__ = [
    "BatchClient",
    "Holder",
    "PeerError",
    "find_holders",
    "find_present_holders",
    "match_holders",
]
