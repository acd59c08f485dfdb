"""What witnesses answer, and how it comes into the checkpoint (PROTOCOL section 9.5)."""

from collections.abc import Sequence
from dataclasses import replace

from breachdesk import wire
from breachdesk.release._checkpoint import cosignature_time
from breachdesk.release._note import Note, Signature, parse_note, parse_signatures
from breachdesk.release._vkey import VKey
from breachdesk.release.errors import ReleaseError

MOST_WITNESSES = wire.SIGNATURES_LIMIT - 2
"""As many as find room beside the log's signature and the operator's cosignature."""
CLOCK_SECONDS = 3600
"""A cosignature further from the operator's clock would make every client refuse the release."""


def answered_cosignature(note: bytes, answer: bytes, key: VKey, now: float) -> Signature:
    """The newest cosignature of `note` by `key` among the lines that a witness answered with.

    Lines of other keys are ignored. Raises ReleaseError: checkpoint, signature or clock.
    """
    body = parse_note(note).body
    found = [
        (cosignature_time(body, one, key), one) for one in parse_signatures(answer) if one.by(key)
    ]
    if not found:
        raise ReleaseError("signature", "the answer has no cosignature of the witness's key")
    time, newest = max(found, key=lambda pair: pair[0])
    if abs(time - now) > CLOCK_SECONDS:
        raise ReleaseError("clock", "the witness's clock differs by more than an hour")
    return newest


def merge_cosignature(note: bytes, line: Signature, kept: Sequence[VKey]) -> bytes:
    """The note with a cosignature that was verified: all else stays, the newest a key wins.

    Where 16 lines are not enough, the oldest lines of keys not in `kept` make room. Raises
    ReleaseError("checkpoint") if there is no room even then.
    """
    old = parse_note(note)
    same = [one for one in old.signatures if _same_key(one, line)]
    if any(_time(one) >= _time(line) for one in same):
        return note
    others = [one for one in old.signatures if not _same_key(one, line)]
    while len(others) >= wire.SIGNATURES_LIMIT:
        spare = [one for one in others if not any(one.by(key) for key in kept)]
        if not spare:
            raise ReleaseError("checkpoint", "no room for another cosignature")
        others.remove(min(spare, key=_time))
    data = replace(old, signatures=(*others, line)).encode()
    parse_note(data)
    return data


def cosigned_at(note: bytes, key: VKey) -> int | None:
    """The newest time at which `key` cosigned this note; None if it did not.

    Raises ReleaseError: checkpoint, or signature for a line of this key that does not hold.
    """
    found = parse_note(note)
    times = [cosignature_time(found.body, one, key) for one in found.signatures if one.by(key)]
    return max(times, default=None)


def without_cosignatures(note: bytes, log: VKey) -> bytes:
    """The note with the log's own lines only, which are all that a witness needs."""
    found = parse_note(note)
    return Note(found.body, tuple(one for one in found.signatures if one.by(log))).encode()


def _same_key(one: Signature, other: Signature) -> bool:
    return (one.name, one.key_id) == (other.name, other.key_id)


def _time(one: Signature) -> int:
    """The time that a line claims; only cosignatures have one."""
    return int.from_bytes(one.data[:8], "big") if len(one.data) == 72 else 0
