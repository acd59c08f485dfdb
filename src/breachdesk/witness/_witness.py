"""When a witness cosigns and when it does not (PROTOCOL section 9.5)."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, NoReturn

from breachdesk import wire
from breachdesk.release import (
    Checkpoint,
    Note,
    ReleaseError,
    Signer,
    VKey,
    check_consistency,
    cosignature,
    log_root,
    open_history_note,
    parse_note,
    read_leaves,
    without_cosignatures,
)
from breachdesk.witness._state import Kept, LogFolder
from breachdesk.witness.errors import AlarmError, RefusedError

ALARM_FORMAT: Final = "breachdesk/alarm/v1"

Seen = Literal["cosigned", "behind", "empty"]


def _no_step(_: str) -> None:
    """Nobody watches the steps."""


class Witness:
    """Cosigns one log. For several threads: one checkpoint is decided on at a time.

    `on_step` is told each step of a cosignature once it is done.
    """

    def __init__(
        self,
        folder: LogFolder,
        key: Signer,
        log: VKey,
        *,
        now: Callable[[], float] = time.time,
        on_step: Callable[[str], None] = _no_step,
    ) -> None:
        self.folder = folder
        self.log = log
        self.name = key.name
        self._key = key
        self._now = now
        self._on_step = on_step
        self._deciding = threading.Lock()

    @property
    def kept(self) -> Kept:
        return self.folder.kept

    def add(self, body: bytes) -> bytes:
        """Our signature line for a submitted checkpoint.

        Raises RefusedError in the order of the table of 9.5; StateError where the state cannot be
        stored.
        """
        request, note, new = self._read(body)
        if request.old > new.size:
            raise RefusedError(400, "the old size is larger than the checkpoint's")
        with self._deciding:
            if self.folder.alarm_kind() is not None:
                raise RefusedError(503, "an alarm stands for this log")
            old = self.kept.checkpoint
            if request.old != old.size:
                raise RefusedError(409, "not the size that was cosigned last", old.size)
            if new.size == old.size > 0 and new.root != old.root:
                self._keep_evidence("fork", request.note, b"")
                raise RefusedError(409, "another root was cosigned at this size")
            try:
                check_consistency(old, new, request.proof)
            except ReleaseError as error:
                raise RefusedError(422, error.detail) from None
            same = new.size == old.size
            return self._cosign(
                note,
                replace(self.kept, checkpoint=new, note=note)
                if same
                else Kept(new, note, None, self.kept.shown),
            )

    def observe(self, text: bytes, leaves: bytes, *, patient: bool = True) -> Seen:
        """Decide on what the followed host shows: `checkpoint`, and the `leaves` of its size.

        `behind` is a host that does not have what others brought here; if not `patient`, that is
        a rollback. Raises ReleaseError for what does not hold; AlarmError; StateError.
        """
        new = open_history_note(text, self.log, ()).checkpoint
        if new.size == 0:
            return "empty"
        known = read_leaves(leaves, new)
        with self._deciding:
            self.refuse_under_alarm()
            kept = self.kept
            if self._contradicts(new, known):
                self._alarm("fork", text, leaves)
            if new.size < kept.checkpoint.size:
                if new.size < kept.shown or not patient:
                    self._alarm("rollback", text, leaves)
                return "behind"
            note = without_cosignatures(text, self.log)
            self._cosign(note, Kept(new, note, known, new.size))
        return "cosigned"

    def refuse_under_alarm(self) -> None:
        """Raises AlarmError if one stands."""
        kind = self.folder.alarm_kind()
        if kind is not None:
            raise AlarmError(kind, str(self.folder.alarm))

    def _read(self, body: bytes) -> tuple[wire.AddCheckpoint, bytes, Checkpoint]:
        """The request, the checkpoint with the log's lines only, and what it says."""
        try:
            request = wire.AddCheckpoint.decode(body)
            if parse_note(request.note).body.partition("\n")[0] != self.log.name:
                raise RefusedError(404, "a log that this witness does not follow")
            new = open_history_note(request.note, self.log, ()).checkpoint
            return request, without_cosignatures(request.note, self.log), new
        except wire.WireError as error:
            raise RefusedError(400, error.detail) from None
        except ReleaseError as error:
            status = 403 if error.code == "signature" else 400
            raise RefusedError(status, error.detail) from None

    def _contradicts(self, new: Checkpoint, leaves: tuple[bytes, ...]) -> bool:
        """Whether the two checkpoints cannot both be of one log that only grew."""
        old, known = self.kept.checkpoint, self.kept.leaves
        if new.size >= old.size:
            return log_root(leaves[: old.size]) != old.root
        return known is not None and log_root(known[: new.size]) != new.root

    def _cosign(self, note: bytes, kept: Kept) -> bytes:
        """The order is the promise: nothing is signed that is not on the disk."""
        if kept != self.kept:
            self.folder.keep(kept)
            self._on_step("kept")
        line = cosignature(kept.checkpoint.body, self._key, int(self._now()))
        self._on_step("signed")
        signed = parse_note(note)
        self.folder.write_cosigned(Note(signed.body, (*signed.signatures, line)).encode())
        self._on_step("written")
        return line.line.encode()

    def _keep_evidence(self, kind: str, seen: bytes, leaves: bytes) -> None:
        about = {
            "format": ALARM_FORMAT,
            "kind": kind,
            "witness": self.name,
            "origin": self.log.name,
            "time": int(self._now()),
            "kept": self.kept.note.decode(),
            "seen": without_cosignatures(seen, self.log).decode(),
        }
        files = {"kept": self.kept.note, "seen": seen}
        self.folder.raise_alarm(about, files | ({"seen-leaves": leaves} if leaves else {}))

    def _alarm(self, kind: str, seen: bytes, leaves: bytes) -> NoReturn:
        self._keep_evidence(kind, seen, leaves)
        raise AlarmError(kind, str(self.folder.alarm))
