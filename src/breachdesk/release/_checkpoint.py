"""Checkpoints: C2SP tlog-checkpoint, and cosignature/v1 for time (PROTOCOL sections 9.2, 9.3)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from breachdesk import wire
from breachdesk.release._note import Note, Signature, parse_note
from breachdesk.release._tree import HASH_BYTES
from breachdesk.release._vkey import LOG_TYPE, TIMESTAMP_TYPE, Signer, VKey
from breachdesk.release.errors import ReleaseError

OLDEST_SECONDS = 7 * 24 * 3600
FUTURE_SECONDS = 24 * 3600

_STRICT = wire.Strict("checkpoint")
_SIZE = re.compile(r"0|[1-9][0-9]{0,4}")
_SIGNATURE_BYTES = 64
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: `size` entries whose leaf hashes have `root`."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures held. `time` is the newest cosignature's, in Unix seconds, or
    None if no timestamp key was asked for; `signers` are the names of the keys that signed, `times`
    the newest of each timestamp key that did.
    """

    checkpoint: Checkpoint
    time: int | None
    signers: tuple[str, ...]
    times: tuple[tuple[VKey, int], ...] = ()


def parse_checkpoint(note: Note) -> Checkpoint:
    """The note's body as a checkpoint. Raises ReleaseError("checkpoint")."""
    try:
        return _parse(note.body)
    except wire.WireError as error:
        raise ReleaseError(error.code, error.detail) from None


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The note of `checkpoint` with the log's signature only. The key's name must be the origin."""
    if signer.name != checkpoint.origin:
        raise ReleaseError("checkpoint", "the log key's name is not the origin")
    body = checkpoint.body
    key_id = VKey.of(signer, LOG_TYPE).key_id
    signature = Signature(signer.name, key_id, signer.sign(body.encode()))
    return Note(body, (signature,)).encode()


def cosign(note: bytes, signer: Signer, time: int) -> bytes:
    """The note with this timestamp key's cosignature at `time`, in Unix seconds.

    Replaces the key's older lines, in the place of the first; all other lines stay as they are.
    """
    old = parse_note(note)
    key = VKey.of(signer, TIMESTAMP_TYPE)
    line = cosignature(old.body, signer, time)
    places = [i for i, one in enumerate(old.signatures) if one.by(key)]
    place = places[0] if places else len(old.signatures)
    before = old.signatures[:place]
    after = tuple(one for one in old.signatures[place:] if not one.by(key))
    data = replace(old, signatures=(*before, line, *after)).encode()
    parse_note(data)
    return data


def cosignature(body: str, signer: Signer, time: int) -> Signature:
    """The line of a timestamp key for a checkpoint's body at `time`, in Unix seconds."""
    key = VKey.of(signer, TIMESTAMP_TYPE)
    stamp = time.to_bytes(_TIME_BYTES, "big") + signer.sign(_cosigned(body, time))
    return Signature(key.name, key.key_id, stamp)


def cosignature_time(body: str, line: Signature, key: VKey) -> int:
    """When `key` made this cosignature of `body`. ReleaseError("signature") if it did not."""
    if len(line.data) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise ReleaseError("signature", "a cosignature of another length")
    time = int.from_bytes(line.data[:_TIME_BYTES], "big")
    key.verify(line.data[_TIME_BYTES:], _cosigned(body, time))
    return time


def open_note(
    text: bytes | str,
    log: VKey,
    timestamps: Sequence[VKey],
    now: float | None,
    witnesses: Sequence[VKey] = (),
) -> SignedCheckpoint:
    """Check signatures and freshness of a checkpoint: step 1 of section 9.4.

    `now` is in Unix seconds; None does not check freshness. With `witnesses`, one of these keys
    must have cosigned, and freshness is theirs (9.5). Raises ReleaseError: checkpoint, signature,
    stale or clock; service for a key of the wrong type.
    """
    known = dict.fromkeys((*timestamps, *witnesses))
    signed = open_history_note(text, log, tuple(known))
    counted = witnesses or timestamps
    time = max((at for key, at in signed.times if key in counted), default=None)
    if time is None:
        asked = "witness that was asked for" if witnesses else "known timestamp key"
        raise ReleaseError("signature", f"no cosignature of a {asked}")
    if now is not None:
        check_freshness(time, now)
    return replace(signed, time=time)


def open_history_note(text: bytes | str, log: VKey, timestamps: Sequence[VKey]) -> SignedCheckpoint:
    """As open_note with no freshness, and with no timestamp needed: an auditor may know none."""
    if log.kind != LOG_TYPE or any(key.kind != TIMESTAMP_TYPE for key in timestamps):
        raise ReleaseError("service", "a key of the wrong type")
    note = parse_note(text.encode() if isinstance(text, str) else text)
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != log.name:
        raise ReleaseError("checkpoint", "a checkpoint of another log")
    if not _check_log_lines(note, log):
        raise ReleaseError("signature", "no signature of the log key")
    times = [(key, max(found)) for key in timestamps if (found := _times(note, key))]
    time = max((at for _, at in times), default=None)
    signers = dict.fromkeys(key.name for key, _ in times)
    return SignedCheckpoint(checkpoint, time, (log.name, *signers), tuple(times))


def check_freshness(time: float, now: float) -> None:
    """Section 9.3. Raises ReleaseError: stale or clock."""
    if now - time > OLDEST_SECONDS:
        raise ReleaseError("stale", "the newest timestamp is more than 7 days old")
    if time - now > FUTURE_SECONDS:
        raise ReleaseError("clock", "the newest timestamp is more than 24 hours in the future")


def _parse(body: str) -> Checkpoint:
    lines = body.split("\n")
    if len(lines) != 4 or lines[3]:
        _STRICT.fail("body", "not three lines")
    origin, size, root = lines[:3]
    if not origin:
        _STRICT.fail("origin", "empty")
    if not _SIZE.fullmatch(size) or int(size) > wire.LOG_SIZE_LIMIT:
        _STRICT.fail("size", f"not a decimal number up to {wire.LOG_SIZE_LIMIT}")
    found = _STRICT.base64(root, "root")
    if len(found) != HASH_BYTES:
        _STRICT.fail("root", "not 32 bytes")
    return Checkpoint(origin, int(size), found)


def _check_log_lines(note: Note, log: VKey) -> bool:
    """Every line of the log key must hold; whether there was one."""
    lines = [one for one in note.signatures if one.by(log)]
    for one in lines:
        log.verify(one.data, note.body.encode())
    return bool(lines)


def _times(note: Note, key: VKey) -> list[int]:
    """The times of this key's cosignatures, each of which must hold."""
    return [cosignature_time(note.body, one, key) for one in note.signatures if one.by(key)]


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()
