"""What a witness remembers of one log, on a disk that may lose power at any moment (9.5)."""

import base64
import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from breachdesk import wire
from breachdesk.release import (
    EMPTY_ROOT,
    Checkpoint,
    StoreError,
    file_lock,
    replace_durable,
    write_durable,
)
from breachdesk.witness.errors import StateError

FORMAT: Final = "breachdesk/witness-state/v1"
LOGS: Final = "logs"
ALARM: Final = "alarm"

_STATE, _NEW, _LOCK, _COSIGNED = "state.json", ".state.new", ".lock", "checkpoint"
_KEYS: Final = ("format", "origin", "size", "root", "note", "leaves", "shown")
_STRICT: Final = wire.Strict("checkpoint")
_HASH_BYTES: Final = 32
_MOST_BYTES: Final = 2 * wire.LEAVES_LIMIT
_LOST: Final = (
    "restore it from a copy; if there is none, give this key up and make a new one, for a witness "
    "that forgot what it signed is none"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest checkpoint that was cosigned: size 0 before the first.

    `note` is its text with the log's signature, `leaves` its leaf hashes where they are known, and
    `shown` the largest size that the followed host itself has shown.
    """

    checkpoint: Checkpoint
    note: bytes = b""
    leaves: tuple[bytes, ...] | None = None
    shown: int = 0

    def encode(self) -> bytes:
        known = None if self.leaves is None else base64.b64encode(b"".join(self.leaves)).decode()
        found = {
            "format": FORMAT,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "note": self.note.decode(),
            "leaves": known,
            "shown": self.shown,
        }
        return wire.dumps(found)

    @classmethod
    def decode(cls, data: bytes) -> "Kept":
        """Raises wire.WireError."""
        value = wire.loads(data, limit=_MOST_BYTES, code="checkpoint")
        top = _STRICT.object(value, "state", _KEYS)
        _STRICT.choice(top["format"], "format", (FORMAT,))
        size = _STRICT.integer(top["size"], "size", 0, wire.LOG_SIZE_LIMIT)
        checkpoint = Checkpoint(
            _STRICT.text(top["origin"], "origin"), size, _STRICT.hex(top["root"], "root", 32)
        )
        note = _STRICT.text(top["note"], "note", most=wire.CHECKPOINT_LIMIT) if size else ""
        shown = _STRICT.integer(top["shown"], "shown", 0, wire.LOG_SIZE_LIMIT)
        return cls(checkpoint, note.encode(), _leaves(top["leaves"], size), shown)


class LogFolder:
    """The folder of one log in a witness's folder. `kept` is what stands on the disk."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self.folder = folder
        self.kept = kept

    @classmethod
    def read(cls, folder: Path) -> "LogFolder":
        """What is there, without the lock: for looking only. Raises StateError."""
        with _disk("reading the state"):
            data = (folder / _STATE).read_bytes()
        try:
            return cls(folder, Kept.decode(data))
        except wire.WireError as error:
            raise StateError(f"the state of this log is damaged ({error.detail})", _LOST) from None

    @classmethod
    @contextlib.contextmanager
    def opened(cls, witness: Path, origin: str) -> Iterator["LogFolder"]:
        """The log's folder, for this process alone; made on the first time. Raises StateError.

        A folder that lost its state is an error and not a new log: it may have signed before.
        """
        folder = witness / LOGS / folder_name(origin)
        with _disk("opening the log's folder"):
            _make(folder, Kept(Checkpoint(origin, 0, EMPTY_ROOT)))
        with contextlib.ExitStack() as stack:
            with _disk("locking the log's folder"):
                try:
                    stack.enter_context(file_lock(folder / _LOCK, wait=False))
                except BlockingIOError:
                    raise StateError(
                        "another process witnesses this log with this key",
                        "end it first: two of them could sign two histories",
                    ) from None
            found = cls.read(folder)
            if found.kept.checkpoint.origin != origin:
                raise StateError("this is the state of another log", _LOST)
            yield found

    def keep(self, kept: Kept) -> None:
        """On the disk when this returns; else StateError, and what stood there still stands."""
        with _disk("writing the state"):
            replace_durable(self.folder / _STATE, self.folder / _NEW, kept.encode())
        self.kept = kept

    def write_cosigned(self, note: bytes) -> None:
        """The checkpoint with our own cosignature, for whoever wants to compare."""
        with _disk("writing the cosigned checkpoint"):
            replace_durable(self.folder / _COSIGNED, self.folder / ".checkpoint.new", note)

    def cosigned(self) -> bytes | None:
        """What write_cosigned wrote last."""
        with _disk("reading the cosigned checkpoint"), contextlib.suppress(FileNotFoundError):
            return (self.folder / _COSIGNED).read_bytes()
        return None

    @property
    def alarm(self) -> Path:
        return self.folder / ALARM

    def alarm_kind(self) -> str | None:
        """The alarm that stands; None if there is none. Evidence that cannot be read stands too."""
        if not os.path.lexists(self.alarm):
            return None
        try:
            found = json.loads((self.alarm / "alarm.json").read_bytes())
            return str(found["kind"])
        except (OSError, ValueError, KeyError, TypeError):
            return "fork"

    def raise_alarm(self, about: dict[str, Any], files: dict[str, bytes]) -> None:
        """Keep evidence, whole or not at all. What stands already is not replaced."""
        if os.path.lexists(self.alarm):
            return
        scratch = self.folder / ".alarm.new"
        with _disk("keeping the evidence"):
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir(mode=0o700)
            for name, data in (files | {"alarm.json": wire.dumps(about)}).items():
                write_durable(scratch / name, data)
            _sync(scratch)
            scratch.rename(self.alarm)
            _sync(self.folder)


def folder_name(origin: str) -> str:
    """A name for any origin that no origin can choose."""
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


def _make(folder: Path, first: Kept) -> None:
    """The folder appears with its first state in it, or not at all."""
    if folder.exists():
        return
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    scratch = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    write_durable(scratch / _STATE, first.encode())
    _sync(scratch)
    try:
        scratch.rename(folder)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        if not folder.is_dir():
            raise
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _leaves(value: Any, size: int) -> tuple[bytes, ...] | None:
    if value is None:
        return None
    data = _STRICT.base64(value, "leaves")
    if len(data) != _HASH_BYTES * size:
        _STRICT.fail("leaves", "not 32 bytes for each entry")
    return tuple(data[i : i + _HASH_BYTES] for i in range(0, len(data), _HASH_BYTES))


@contextlib.contextmanager
def _disk(doing: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise StateError(f"{doing}: the file is not there", _LOST) from None
    except (OSError, StoreError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise StateError(
            f"{doing}: {reason}", "free some space or mend the permissions; nothing was signed"
        ) from None
