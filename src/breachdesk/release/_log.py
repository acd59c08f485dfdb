"""From a checkpoint to the manifest in force (PROTOCOL section 9.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from breachdesk import wire
from breachdesk.release._checkpoint import Checkpoint, SignedCheckpoint, open_note
from breachdesk.release._decode import decode_entry
from breachdesk.release._manifest import Manifest, Tombstone
from breachdesk.release._tree import HASH_BYTES, entry_hash, log_root
from breachdesk.release._vkey import VKey
from breachdesk.release.errors import ReleaseError

Read = Callable[[str], bytes]
"""Fetches a file by its name below the release folder or `/v1/`; what it raises passes through."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A release that steps 1 to 4 of section 9.4, and the format in step 5, hold for.

    Its keys (5.4) are for the caller to check. The bytes are as read, for evidence.
    """

    manifest: Manifest
    entry: bytes
    tombstones: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    signed: SignedCheckpoint
    note: bytes


def follow(
    read: Read,
    log: VKey,
    timestamps: Sequence[VKey],
    now: float | None,
    remembered: Checkpoint | None = None,
    witnesses: Sequence[VKey] = (),
) -> Followed:
    """The release in force. Raises ReleaseError with the name of what does not hold.

    With `witnesses`, one of these keys must have cosigned lately (9.5).
    """
    note = read(wire.CHECKPOINT_PATH)  # 1
    signed = open_note(note, log, timestamps, now, witnesses)
    size = signed.checkpoint.size
    if size == 0:
        raise ReleaseError("checkpoint", "the log has no release")
    leaves = read_leaves(read(wire.leaves_path(size)), signed.checkpoint)  # 2
    if remembered is not None:
        check_history(remembered, signed.checkpoint, leaves)  # 3
    tombstones: list[bytes] = []
    retired: set[str] = set()
    for number in range(size, 0, -1):  # 4
        entry = read(wire.entry_path(number))
        found = read_entry(entry, number, log.name, leaves)
        if isinstance(found, Manifest):
            if retired.issuperset(one.id for one in found.incidents):
                raise ReleaseError("retired", "every incident of the release is retired")
            return Followed(found, entry, tuple(tombstones), leaves, signed, note)
        tombstones.append(entry)
        retired.add(found.retired)
    raise ReleaseError("checkpoint", "the log has tombstones only")


def in_force(entries: Sequence[Manifest | Tombstone]) -> int:
    """The number of the release in force, of a log's entries from the first; 0 if there is none.

    There is none either where every incident of the newest release is retired.
    """
    retired: set[str] = set()
    for number in range(len(entries), 0, -1):
        found = entries[number - 1]
        if isinstance(found, Manifest):
            return 0 if retired.issuperset(one.id for one in found.incidents) else number
        retired.add(found.retired)
    return 0


def read_leaves(data: bytes, checkpoint: Checkpoint) -> tuple[bytes, ...]:
    """The log's leaf hashes, if they are the checkpoint's. Raises ReleaseError("leaves")."""
    if len(data) != HASH_BYTES * checkpoint.size:
        raise ReleaseError("leaves", "not 32 bytes for each entry")
    leaves = tuple(data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))
    if log_root(leaves) != checkpoint.root:
        raise ReleaseError("leaves", "the leaves have another root")
    return leaves


def check_history(remembered: Checkpoint, current: Checkpoint, leaves: Sequence[bytes]) -> None:
    """Step 3: the log only grew. Raises ReleaseError: rollback or fork.

    A remembered checkpoint of another origin says nothing about this log.
    """
    if remembered.origin != current.origin:
        return
    if current.size < remembered.size:
        raise ReleaseError("rollback", "the log is shorter than it was")
    if log_root(leaves[: remembered.size]) != remembered.root:
        raise ReleaseError("fork", "the log's past is not what it was")


def read_entry(
    entry: bytes, number: int, origin: str, leaves: Sequence[bytes]
) -> Manifest | Tombstone:
    """Entry `number` of the log.

    Raises ReleaseError: leaves, manifest-version or manifest-format.
    """
    if entry_hash(entry) != leaves[number - 1]:
        raise ReleaseError("leaves", "the entry is not the one in the log")
    found = decode_entry(entry)
    if found.origin != origin:
        raise ReleaseError("manifest-format", "origin: not the log's")
    if (found.release if isinstance(found, Manifest) else found.number) != number:
        raise ReleaseError("manifest-format", "release: not its position in the log")
    return found
