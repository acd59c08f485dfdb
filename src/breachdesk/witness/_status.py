"""What a witness has to say for itself: each log that it cosigns, and alarms."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachdesk.release import ReleaseError, VKey, cosigned_at
from breachdesk.witness._state import LOGS, LogFolder


@dataclass(frozen=True, slots=True)
class LogStatus:
    """One log. `cosigned_at` is in Unix seconds; None before the first cosignature.

    `alarm` is None, `fork` or `rollback`; `evidence` its folder.
    """

    origin: str
    size: int
    root: str
    cosigned_at: int | None
    alarm: str | None
    evidence: str | None

    def to_json(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "cosigned_at": self.cosigned_at,
            "alarm": self.alarm,
            "evidence": self.evidence,
        }


def read_status(folder: Path, key: VKey) -> list[LogStatus]:
    """Every log of the witness's folder, by origin. Raises StateError."""
    logs = folder / LOGS
    names = sorted(one.name for one in logs.iterdir()) if logs.is_dir() else []
    found = [LogFolder.read(logs / name) for name in names if not name.startswith(".")]
    return sorted((_status(one, key) for one in found), key=lambda one: one.origin)


def _status(log: LogFolder, key: VKey) -> LogStatus:
    checkpoint, alarm = log.kept.checkpoint, log.alarm_kind()
    return LogStatus(
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root.hex(),
        _time(log, key),
        alarm,
        str(log.alarm) if alarm else None,
    )


def _time(log: LogFolder, key: VKey) -> int | None:
    note = log.cosigned()
    try:
        return None if note is None else cosigned_at(note, key)
    except ReleaseError:
        return None
