"""What the pages show, read from the release folder and nowhere else.

The folder's files are read again when the checkpoint or an incident file changes, so that a new
release is on the pages within seconds and without a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from django.utils.timezone import localdate, localtime

from breachdesk.incident import Contact, Incident, Lookup, load
from breachdesk.portal.errors import DeskEmptyError
from breachdesk.release import (
    Manifest,
    ReleaseError,
    Store,
    Tombstone,
    VKey,
    decode_entry,
    entry_hash,
    is_own_key,
    open_history_note,
    open_note,
)
from breachdesk.wire import CHECKPOINT_PATH, entry_path, release_checkpoint_path

_State = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the release history: a release, or a tombstone (PROTOCOL 8.3).

    `published` is the time of the cosignature in the release's own checkpoint.
    """

    number: int
    published: datetime
    hash: str
    manifest: Manifest | None
    tombstone: Tombstone | None

    @property
    def root(self) -> str:
        """Root of the bucket tree in hex; nothing for a tombstone."""
        return self.manifest.buckets.root.hex() if self.manifest else ""

    @property
    def day(self) -> date:
        """The day of publication where the pages are read."""
        return localdate(self.published)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness whose cosignature stands on the newest checkpoint (PROTOCOL 9.5), and when."""

    name: str
    moment: datetime

    @property
    def day(self) -> date:
        """The day where the pages are read."""
        return self.moment.date()

    @property
    def clock(self) -> str:
        """The hour and minute there, as both languages write them: 21:05."""
        return f"{self.moment:%H:%M}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the pages tell. `history` has the newest entry first, without gaps.

    `known` are the incidents that have a file, the newest number first: some may be retired.
    """

    known: tuple[Incident, ...]
    history: tuple[Entry, ...]
    witnesses: tuple[Witnessed, ...] = ()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What the release in force covers; before the first release, what there will be."""
        release = self.release
        if release is None or release.manifest is None:
            return self.known
        covered = {one.id for one in release.manifest.incidents} - self._retired
        return tuple(one for one in self.known if one.id in covered)

    @property
    def newest(self) -> Incident:
        """The incident whose organisation and contacts the pages name."""
        return (self.incidents or self.known)[0]

    @property
    def over(self) -> bool:
        """Whether every incident is retired, so that nothing can be checked (PROTOCOL 9.4)."""
        release = self.release
        return bool(
            release
            and release.manifest
            and self._retired.issuperset(one.id for one in release.manifest.incidents)
        )

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The ways to ask without the web, of all incidents, each once."""
        of = self.incidents or self.known
        return tuple(dict.fromkeys(contact for one in of for contact in one.contacts))

    @property
    def _retired(self) -> set[str]:
        """What was retired since the release in force was published."""
        since = takewhile(lambda entry: entry.manifest is None, self.history)
        return {entry.tombstone.retired for entry in since if entry.tombstone}

    @property
    def release(self) -> Entry | None:
        """The release in force: the newest entry that is no tombstone (PROTOCOL 9.4)."""
        return next((entry for entry in self.history if entry.manifest), None)

    @property
    def epoch(self) -> int:
        """The key epoch of the release in force (PROTOCOL 4.3); 0 before the first release."""
        release = self.release
        return release.manifest.epoch if release and release.manifest else 0

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """The lookups of the release in force that an incident file still has."""
        release = self.release
        if release is None or release.manifest is None or self.over:
            return ()
        offered = {lookup.id for lookup in release.manifest.lookups}
        every = {look.id: look for incident in self.incidents for look in incident.lookups}
        return tuple(lookup for lookup in every.values() if lookup.id in offered)


def desk(folder: Path, log: str, timestamps: Sequence[str]) -> Desk:
    """Return what the folder holds now. DeskEmptyError without an incident file."""
    watched = [folder / "checkpoint", *_incident_files(folder)]
    state = tuple(_stamp(path) for path in watched if path.is_file())
    return _read(state, folder, log, tuple(timestamps))


@lru_cache(maxsize=4)
def _read(_state: _State, folder: Path, log: str, timestamps: tuple[str, ...]) -> Desk:
    """Read everything. The state takes part as the key under which the result is kept."""
    incidents = [load(path) for path in _incident_files(folder)]
    if not incidents:
        raise DeskEmptyError("the release folder has no incident file")
    incidents.sort(key=lambda incident: incident.number, reverse=True)
    keys = (VKey.parse(log), tuple(VKey.parse(text) for text in timestamps))
    store = Store(folder)
    return Desk(tuple(incidents), _history(store, *keys), _witnesses(store, *keys))


def _witnesses(store: Store, log: VKey, timestamps: tuple[VKey, ...]) -> tuple[Witnessed, ...]:
    if store.size == 0:
        return ()
    signed = open_history_note(store.read(CHECKPOINT_PATH), log, timestamps)
    return tuple(
        Witnessed(key.name, localtime(datetime.fromtimestamp(time, UTC)))
        for key, time in signed.times
        if not is_own_key(key, log.name)
    )


def _history(store: Store, log: VKey, timestamps: tuple[VKey, ...]) -> tuple[Entry, ...]:
    return tuple(_entry(store, number, log, timestamps) for number in range(store.size, 0, -1))


def _entry(store: Store, number: int, log: VKey, timestamps: tuple[VKey, ...]) -> Entry:
    data = store.read(entry_path(number))
    signed = open_note(store.read(release_checkpoint_path(number)), log, timestamps, now=None)
    if signed.time is None:
        raise ReleaseError("signature", "no cosignature of a known timestamp key")
    decoded = decode_entry(data)
    return Entry(
        number=number,
        published=datetime.fromtimestamp(signed.time, UTC),
        hash=entry_hash(data).hex(),
        manifest=decoded if isinstance(decoded, Manifest) else None,
        tombstone=decoded if isinstance(decoded, Tombstone) else None,
    )


def _incident_files(folder: Path) -> list[Path]:
    return sorted((folder / "incidents").glob("*.toml"))


def _stamp(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return (path.name, status.st_mtime_ns, status.st_size)
