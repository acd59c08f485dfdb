"""What an interrupted build is gone on from, as JSON: read, it is data and nothing that runs.

Paths may hold bytes that are no text; JSON's escapes keep them.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from breachdesk.incident import Problem
from breachdesk.ingest._intake import Intake, TableRows
from breachdesk.ingest._rejects_head import RejectedTable, table_from
from breachdesk.ingest._request import BuildReport, LookupReport, SourceReport, StageTime
from breachdesk.release import Change

_JOURNAL: Final = "breachdesk/journal/v1"
_REPORT: Final = "breachdesk/report/v1"


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A source as it was when it was read."""

    path: Path
    size: int
    modified: int
    inode: int
    digest: bytes = b""

    @classmethod
    def now(cls, path: Path) -> "SeenFile":
        """The file as it is. Raises `OSError`."""
        found = path.stat()
        return cls(path.absolute(), found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class Journal:
    """Of a build whose rows are all on disk. `names` are their files, `set_id` its part set's.

    `tables` are those of its sources, as `_accounts.described` has them.
    """

    binding: bytes
    set_id: str
    files: tuple[SeenFile, ...]
    intake: Intake
    names: tuple[str, ...]
    tables: tuple[RejectedTable, ...]


def encode_journal(journal: Journal) -> bytes:
    """A journal as bytes."""
    intake = journal.intake
    return _encode(
        _JOURNAL,
        {
            "binding": journal.binding.hex(),
            "set_id": journal.set_id,
            "files": [
                {**asdict(one), "path": str(one.path), "digest": one.digest.hex()}
                for one in journal.files
            ],
            "rows": [{"read": one.read, "rejected": one.rejected} for one in intake.tables],
            "digests": [one.hex() for one in intake.digests],
            "mapping": intake.mapping.hex(),
            "names": journal.names,
            "tables": [asdict(one) for one in journal.tables],
        },
    )


def decode_journal(content: bytes) -> Journal:
    """The journal. Raises `ValueError` for what `encode_journal` does not write."""
    found = _decode(_JOURNAL, content)
    try:
        intake = Intake(
            tuple(TableRows(one["read"], Counter(one["rejected"])) for one in found["rows"]),
            tuple(map(bytes.fromhex, found["digests"])),
            bytes.fromhex(found["mapping"]),
        )
        return Journal(
            bytes.fromhex(found["binding"]),
            found["set_id"],
            tuple(_file(one) for one in found["files"]),
            intake,
            tuple(found["names"]),
            tuple(table_from(one) for one in found["tables"]),
        )
    except (KeyError, TypeError, AttributeError):
        raise ValueError("a journal that cannot be") from None


def encode_report(report: BuildReport) -> bytes:
    """A report as bytes."""
    return _encode(_REPORT, report.as_json())


def decode_report(content: bytes) -> BuildReport:
    """The report. Raises `ValueError` for what `encode_report` does not write."""
    found = _decode(_REPORT, content)
    del found["rows_per_second"]
    parts = {
        "waits_for": tuple(found["waits_for"]),
        "sources": tuple(SourceReport(**one) for one in found["sources"]),
        "lookups": tuple(LookupReport(**one) for one in found["lookups"]),
        "changes": tuple(_change(one) for one in found["changes"]),
        "stages": tuple(StageTime(**one) for one in found["stages"]),
        "warnings": tuple(Problem(**one) for one in found["warnings"]),
    }
    return BuildReport(**{**found, **parts})


def _encode(format_: str, said: Mapping[str, Any]) -> bytes:
    return json.dumps({"format": format_, **said}, separators=(",", ":")).encode()


def _decode(format_: str, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.pop("format", None) != format_:
        raise ValueError("of another version")
    return found


def _file(said: dict[str, Any]) -> SeenFile:
    return SeenFile(**{**said, "path": Path(said["path"]), "digest": bytes.fromhex(said["digest"])})


def _change(said: dict[str, Any]) -> Change:
    return Change(**{**said, "on": date.fromisoformat(said["on"])})
