"""Looking at a ledger, and ending it."""

from dataclasses import dataclass
from pathlib import Path

from breachdesk.ingest._history import release_ids
from breachdesk.ingest._ledger import Ledger, default_folder, epoch_folder, erase_epoch
from breachdesk.ingest._opening import KeyChoice
from breachdesk.ingest._part_set import Shelved
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import Unlock, destroy, open_folder, tell
from breachdesk.release import Store


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One part set of the release in force, or one that `waits` for the next.

    `rows` are those read, `records` those of them that a lookup holds, `people` those with a
    subject id; `files` are names of sources; `bytes` is the size on disk.
    """

    id: str
    incident: str
    number: int
    release: int
    epoch: int
    rows: int
    records: int
    people: int
    bytes: int
    files: tuple[str, ...]
    waits: bool


def show_ledger(
    keys: Path, releases: Path, folder: Path | None = None, unlock: Unlock | None = None
) -> tuple[LedgerEntry, ...]:
    """The part sets of the release in force, in the order of adding; or those that wait.

    Raises `BuildError`, `StoreError`, `ReleaseError`, `KeysError` or `OSError`.
    """
    opened = KeyChoice(keys, unlock, ("ledger",)).open()
    place = folder or default_folder(releases)
    ledger = Ledger(epoch_folder(place, opened.epoch), opened.origin, opened.ledger)
    store = Store(releases)
    current = store.current()
    if current is None:
        return ()
    sets = ledger.shelved(current.manifest.release_id)
    waiting = ledger.waiting(current.manifest.release_id, store.size + 1).sets
    return tuple(_entry(one, opened.epoch, waits=not sets) for one in sets or waiting)


def destroy_ledger(keys: Path, releases: Path, folder: Path | None = None) -> int:
    """Destroy the ledger's key and remove its files; the bytes that those had.

    The key goes first: what a copy or a disk keeps of the files is not readable after that. No
    secret is needed. Killed at any point, it is run again and does what is left. Raises
    `KeysError`, `StoreError`, `BuildError` or `OSError`.
    """
    public = open_folder(keys, only=()).public
    place = epoch_folder(folder or default_folder(releases), public.epoch)
    with Store(releases).lock():
        size = ledger_bytes(place, releases) or 0
        tell(keys, "ledger.destroyed", {"epoch": public.epoch, "bytes": size})
        destroy(keys, ("ledger",))
        erase_epoch(place)
    return size


def ledger_bytes(place: Path, releases: Path) -> int | None:
    """The bytes of an epoch's ledger, None if there is none. Raises `BuildError` or `OSError`."""
    if not place.is_dir():
        return None
    _check_origin(place, releases)
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def _check_origin(place: Path, releases: Path) -> None:
    """Refuse to remove the ledger of other releases: names of records are ids of releases."""
    known = {one.hex() for one in release_ids(Store(releases))}
    records = place / "releases"
    named = {path.name for path in records.iterdir()} if records.is_dir() else set()
    if named and not named & known:
        raise BuildError(
            "ledger",
            "This ledger belongs to another folder of releases.",
            "Name the one that goes with it (--ledger).",
        )


def _entry(one: Shelved, epoch: int, *, waits: bool) -> LedgerEntry:
    found = one.set
    return LedgerEntry(
        id=found.id,
        incident=found.incident.id,
        number=found.incident.number,
        release=found.release,
        epoch=epoch,
        rows=found.records.read,
        records=found.records.indexed,
        people=found.subjects,
        bytes=one.size,
        files=tuple(file.name for file in found.files),
        waits=waits,
    )
