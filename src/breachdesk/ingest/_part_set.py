"""A part set: what one build made of its sources for one incident, in a folder of its own.

The folder holds the parts and, once all of them are there, `set`: a sealed description. It has PRF
outputs, subject ids, item bits, counts and dates, and nothing that a source says in plain; a
source's digest is keyed. Of a file it has the name, for the operator who is asked about it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from breachdesk.incident import Incident, Lookup
from breachdesk.ingest._sealed_file import read_sealed, write_sealed
from breachdesk.ingest.errors import BuildError
from breachdesk.release import Records, SourceRows

DESCRIPTION: Final = "set"
_FORMAT: Final = "breachdesk/part-set/v1"


@dataclass(frozen=True, slots=True)
class LookupCount:
    """People and entries of one lookup, and rows that it cannot hold by reason."""

    subjects: int
    entries: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What of an incident file decides a release. `binding` is `Incident.release_binding`."""

    id: str
    number: int
    first: date
    last: date
    items: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    subject_columns: tuple[tuple[str, ...], ...]
    binding: bytes = field(repr=False)

    @classmethod
    def of(cls, incident: Incident) -> "IncidentFacts":
        """The facts of an incident."""
        return cls(
            incident.id,
            incident.number,
            incident.period.first,
            incident.period.last,
            incident.items,
            incident.lookups,
            incident.subject_columns,
            incident.release_binding(),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows of a file that were rejected and are read again: why they `was`, and what they are now.

    The file is `number`, from 1, of those that `release` took in.
    """

    release: int
    number: int
    was: Mapping[str, int]
    indexed: int
    rejected: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A source by its name without folders, and the rows of it that are indexed."""

    name: str
    indexed: int


@dataclass(frozen=True, slots=True)
class PartSet:
    """One build of one incident. `moved` says that its rows are counted in earlier sets already.

    `digest` binds what was built (PROTOCOL 8.1); `sources` are keyed digests of the files;
    `release` is the first release with this set, and `built` the day. `names` are the parts' files,
    `files` the sources: none where rejected rows were read again.
    """

    id: str
    release: int
    incident: IncidentFacts
    digest: bytes
    sources: tuple[str, ...]
    names: tuple[str, ...]
    records: Records
    subjects: int
    lookups: tuple[LookupCount, ...]
    moved: tuple[Moved, ...] = ()
    built: date | None = None
    files: tuple[BuiltFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelved:
    """A part set, where its parts are, and the secret that they are sealed under."""

    set: PartSet
    folder: Path
    secret: bytes = field(repr=False)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The parts' files."""
        return tuple(self.folder / name for name in self.set.names)

    @property
    def size(self) -> int:
        """Bytes on disk. Raises `OSError`."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


def write_description(shelved: Shelved) -> None:
    """Write `set` into the folder. Raises `OSError`."""
    content = json.dumps(_as_json(shelved.set), separators=(",", ":")).encode()
    write_sealed(shelved.folder / DESCRIPTION, shelved.secret, content)


def read_description(folder: Path, secret: bytes) -> Shelved:
    """The part set in a folder. Raises `BuildError` unless it is whole, `OSError`."""
    try:
        found = json.loads(read_sealed(folder / DESCRIPTION, secret))
    except FileNotFoundError:
        raise _damaged(folder) from None
    if found.pop("format") != _FORMAT:
        raise BuildError(
            "ledger", "The ledger is of another version.", "Use the version that made it."
        )
    shelved = Shelved(_from_json(found), folder, secret)
    if not all(path.is_file() for path in shelved.paths):
        raise _damaged(folder)
    return shelved


def _damaged(folder: Path) -> BuildError:
    return BuildError(
        "ledger",
        f"The part set {folder.name[:8]} of the ledger is not whole.",
        "Restore the ledger folder from a copy; or give all files of all its incidents again, into "
        "another ledger folder.",
    )


def _as_json(one: PartSet) -> dict[str, Any]:
    incident = asdict(one.incident) | {
        "first": one.incident.first.isoformat(),
        "last": one.incident.last.isoformat(),
        "binding": one.incident.binding.hex(),
    }
    built = one.built.isoformat() if one.built else None
    more = {"format": _FORMAT, "digest": one.digest.hex(), "incident": incident, "built": built}
    return asdict(one) | more


def _from_json(found: dict[str, Any]) -> PartSet:
    incident, records = found["incident"], found["records"]
    return PartSet(
        id=found["id"],
        release=found["release"],
        incident=IncidentFacts(
            id=incident["id"],
            number=incident["number"],
            first=date.fromisoformat(incident["first"]),
            last=date.fromisoformat(incident["last"]),
            items=tuple(incident["items"]),
            lookups=tuple(_lookup(one) for one in incident["lookups"]),
            subject_columns=tuple(map(tuple, incident["subject_columns"])),
            binding=bytes.fromhex(incident["binding"]),
        ),
        digest=bytes.fromhex(found["digest"]),
        sources=tuple(found["sources"]),
        names=tuple(found["names"]),
        records=Records(
            records["read"],
            records["indexed"],
            records["rejected"],
            tuple(SourceRows(**one) for one in records["sources"]),
        ),
        subjects=found["subjects"],
        lookups=tuple(LookupCount(**one) for one in found["lookups"]),
        moved=tuple(Moved(**one) for one in found["moved"]),
        built=date.fromisoformat(found["built"]) if found.get("built") else None,
        files=tuple(BuiltFile(**one) for one in found.get("files", ())),
    )


def _lookup(found: dict[str, Any]) -> Lookup:
    return Lookup(
        found["id"],
        tuple(found["fields"]),
        found["assurance"],
        found["reveals"],
        tuple(found["channels"]),
    )


def incidents_of(sets: Sequence[Shelved]) -> dict[str, list[Shelved]]:
    """The part sets of each incident in the order of adding, incidents ascending by number."""
    found: dict[str, list[Shelved]] = {}
    for one in sorted(sets, key=lambda one: one.set.incident.number):
        found.setdefault(one.set.incident.id, []).append(one)
    return found
