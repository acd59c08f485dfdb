"""Consistency proofs of the log (RFC 6962 section 2.1.2, PROTOCOL section 9.5)."""

import hashlib
from collections.abc import Sequence

from breachdesk.release._checkpoint import Checkpoint
from breachdesk.release._tree import log_root, node_hash
from breachdesk.release.errors import ReleaseError

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root over no leaves (RFC 6962 section 2.1)."""


def consistency_proof(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """PROOF(old, D) for the log of these leaf hashes; empty for `old` = 0 and `old` = all.

    ValueError for an old size that is negative or beyond the log's.
    """
    if not 0 <= old <= len(leaves):
        raise ValueError("the old size is not one that this log had")
    if old in (0, len(leaves)):
        return ()
    return tuple(_subproof(leaves, old, known=True))


def check_consistency(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """`new` continues `old`: RFC 9162 section 2.1.4.2. Raises ReleaseError("consistency").

    Checkpoints of two origins are never consistent. From the empty log every log is reached, with
    an empty proof; the empty log itself has one root only.
    """
    if old.origin != new.origin or old.size > new.size:
        raise ReleaseError("consistency", "not a later checkpoint of the same log")
    if any(one.size == 0 and one.root != EMPTY_ROOT for one in (old, new)):
        raise ReleaseError("consistency", "the empty log has another root")
    if old.size in (0, new.size):
        if proof:
            raise ReleaseError("consistency", "a proof where none is needed")
        if old.size == new.size and old.root != new.root:
            raise ReleaseError("consistency", "two roots of one size")
        return
    if _roots(old, new.size, proof) != (old.root, new.root):
        raise ReleaseError("consistency", "the proof does not lead to both roots")


def _subproof(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    """SUBPROOF(old, D, known): `known` if the verifier has the root over exactly these leaves."""
    if old == len(leaves):
        return [] if known else [log_root(leaves)]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if old <= split:
        return [*_subproof(leaves[:split], old, known=known), log_root(leaves[split:])]
    right = _subproof(leaves[split:], old - split, known=False)
    return [*right, log_root(leaves[:split])]


def _roots(old: Checkpoint, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The old and the new root that the proof leads to, by the numbered steps of RFC 9162."""
    # 1, 2. A complete old tree is a node of the new one, and its root opens the path.
    if not proof:
        raise ReleaseError("consistency", "a proof too short")
    path = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    # 3, 4. Positions of the last leaves, shifted until the old one is a left child.
    first, second = old.size - 1, new_size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    # 5, 6. Both roots grow from the first hash of the path.
    first_root = second_root = path[0]
    for one in path[1:]:
        if second == 0:
            raise ReleaseError("consistency", "a proof too long")
        if first & 1 or first == second:
            first_root, second_root = node_hash(one, first_root), node_hash(one, second_root)
            while not first & 1 and first != 0:
                first, second = first >> 1, second >> 1
        else:
            second_root = node_hash(second_root, one)
        first, second = first >> 1, second >> 1
    # 7. Nothing of the new tree is left over.
    if second != 0:
        raise ReleaseError("consistency", "a proof too short")
    return first_root, second_root
