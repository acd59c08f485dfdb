"""Merkle trees: the log's (RFC 6962 section 2.1) and the buckets' (PROTOCOL section 7.3)."""

import hashlib
from collections.abc import Iterable, Sequence

from breachdesk.release.errors import ReleaseError

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def entry_hash(entry: bytes) -> bytes:
    """The leaf hash of a log entry's exact bytes."""
    return hashlib.sha256(LEAF_PREFIX + entry).digest()


def log_root(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 root over leaf hashes; SHA-256 of nothing for none.

    Pairing neighbours and carrying an odd last one up gives the same tree as RFC 6962's split at
    the largest power of two.
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        carried = level[-1:] if len(level) % 2 else []
        level = [node_hash(a, b) for a, b in zip(level[::2], level[1::2], strict=False)] + carried
    return level[0]


class BucketTree:
    """The tree over the leaf hashes of B = 2^b buckets, in order.

    Keeps 64 bytes a bucket. ValueError if the number of leaves is not a power of two.
    """

    __slots__ = ("_levels", "depth")

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = b"".join(leaves)
        count = len(level) // HASH_BYTES
        if count == 0 or len(level) % HASH_BYTES or count & (count - 1):
            raise ValueError("a bucket tree has 2^b leaves of 32 bytes")
        self.depth = count.bit_length() - 1
        self._levels = [level]
        for _ in range(self.depth):
            level = b"".join(
                hashlib.sha256(NODE_PREFIX + level[i : i + 64]).digest()
                for i in range(0, len(level), 64)
            )
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        return self._levels[-1]

    def path(self, index: int) -> bytes:
        """The siblings of leaf `index` from the bottom up: 32 × b bytes."""
        siblings = []
        for level in self._levels[:-1]:
            at = (index ^ 1) * HASH_BYTES
            siblings.append(level[at : at + HASH_BYTES])
            index >>= 1
        return b"".join(siblings)


def root_of_path(leaf: bytes, index: int, path: bytes, count: int) -> bytes:
    """The root that `path` leads to from leaf `index` of `count` = 2^b.

    Raises ReleaseError("bucket-path") for a path that is not 32 × b bytes.
    """
    if len(path) != HASH_BYTES * (count.bit_length() - 1):
        raise ReleaseError("bucket-path", "a path of another length")
    found = leaf
    for at in range(0, len(path), HASH_BYTES):
        sibling = path[at : at + HASH_BYTES]
        found = node_hash(sibling, found) if index & 1 else node_hash(found, sibling)
        index >>= 1
    return found
