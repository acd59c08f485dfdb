"""What a log entry says: a manifest or a tombstone (PROTOCOL sections 8.2 and 8.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from breachdesk.release._catalogue import item_mask


@dataclass(frozen=True, slots=True)
class Share:
    """One evaluator's key: 32 bytes, and 96 bytes of proof of possession."""

    public: bytes
    possession: bytes


@dataclass(frozen=True, slots=True)
class KeyList:
    """The combined key of one kind, and the shares that sum to it."""

    public: bytes
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    count: int
    capacity: int
    root: bytes
    max_slots: int


@dataclass(frozen=True, slots=True)
class Lookup:
    id: str
    fields: tuple[str, ...]
    assurance: str
    reveals: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of one source, or of several together: `read` = `indexed` + the sum of `rejected`.

    `release` is the one that took the source in.
    """

    release: int
    read: int
    indexed: int
    rejected: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Records:
    """Rows: `read` = `indexed` + the sum of `rejected` by reason; of `sources`, the sums."""

    read: int
    indexed: int
    rejected: Mapping[str, int]
    sources: tuple[SourceRows, ...]


@dataclass(frozen=True, slots=True)
class LookupCounts:
    """For one lookup of one incident: people it can find, entries, rows it had to leave out."""

    id: str
    subjects: int
    entries: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IncidentCounts:
    id: str
    number: int
    first: date
    last: date
    items: tuple[str, ...]
    records: Records
    subjects: int
    lookups: tuple[LookupCounts, ...]

    @property
    def item_mask(self) -> int:
        """The bits that a payload of this incident may have."""
        return item_mask(self.items)


@dataclass(frozen=True, slots=True)
class Change:
    """What a release changed in one incident: rows and people, as 8.2 counts them by `kind`.

    `on` is the day of building, of the operator's calendar.
    """

    incident: str
    kind: str
    on: date
    records: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`keys` has "open", and "code" and "channel" exactly if a lookup needs them."""

    origin: str
    release: int
    release_id: bytes
    epoch: int
    keys: Mapping[str, KeyList]
    buckets: Buckets
    lookups: tuple[Lookup, ...]
    incidents: tuple[IncidentCounts, ...]
    changes: tuple[Change, ...]
    canonicalisation: int = 1
    stretch: str = "none"

    def lookup(self, lookup_id: str) -> Lookup | None:
        return next((one for one in self.lookups if one.id == lookup_id), None)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An incident, or a key epoch, was retired. `reason` is by language, "ko" and "en"."""

    origin: str
    number: int
    retired: str
    reason: Mapping[str, str]
