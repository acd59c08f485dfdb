"""What witnesses answer, and how it comes into the checkpoint (PROTOCOL section 9.5)."""

import contextlib
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


def is_own_key(key: VKey, origin: str) -> bool:
    """Whether this is the operator's own timestamp key; every other cosigner is a witness."""
    return key.name == f"{origin}/timestamp"


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


def merge_cosignature(note: bytes, line: Signature, key: VKey, kept: Sequence[VKey]) -> bytes:
    """The note with a cosignature by `key` that was verified: all else stays, the newest stands.

    Where 16 lines are not enough, the oldest lines of keys not in `kept` make room. Raises
    ReleaseError: checkpoint if there is no room even then, signature if the line does not hold.
    """
    old = parse_note(note)
    time = cosignature_time(old.body, line, key)
    there = _newest(old, key)
    if there is not None and there >= time:
        return note
    others = [one for one in old.signatures if not one.by(key)]
    while len(others) >= wire.SIGNATURES_LIMIT:
        spare = [one for one in others if not any(one.by(known) for known in kept)]
        if not spare:
            raise ReleaseError("checkpoint", "no room for another cosignature")
        others.remove(min(spare, key=_claimed_time))
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


def claimed_times(note: Note) -> tuple[int, ...]:
    """The times that the cosignatures of this note say, unverified."""
    return tuple(time for one in note.signatures if (time := _claimed_time(one)))


def without_cosignatures(note: bytes, log: VKey) -> bytes:
    """The note with the log's own lines only, which are all that a witness needs."""
    found = parse_note(note)
    return Note(found.body, tuple(one for one in found.signatures if one.by(log))).encode()


def _newest(note: Note, key: VKey) -> int | None:
    """As cosigned_at, but lines that do not hold count as none: they are replaced."""
    times = []
    for one in note.signatures:
        if one.by(key):
            with contextlib.suppress(ReleaseError):
                times.append(cosignature_time(note.body, one, key))
    return max(times, default=None)


def _claimed_time(one: Signature) -> int:
    """What a line of an unknown key says of its time; only cosignatures say one."""
    return int.from_bytes(one.data[:8], "big") if len(one.data) == 72 else 0
