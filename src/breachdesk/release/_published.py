"""What was published in a folder, and when: its owner's own view, signatures unchecked."""

from dataclasses import dataclass
from typing import Final

from breachdesk import wire
from breachdesk.release._cosignatures import claimed_times
from breachdesk.release._log import read_entry
from breachdesk.release._manifest import Manifest
from breachdesk.release._note import parse_note
from breachdesk.release._store import Store
from breachdesk.release.errors import ReleaseError, StoreError

#: The end of the year 9998: whatever claims to be later is no time.
_LAST: Final = 253_370_764_799


@dataclass(frozen=True, slots=True)
class Published:
    """A release: its number, when it was published in Unix seconds, ids of the incidents in it."""

    number: int
    time: int
    incidents: tuple[str, ...]


def published(store: Store) -> tuple[Published, ...]:
    """All releases of the log, the first one first. Tombstones are none.

    The time is the earliest cosignature's in the release's own checkpoint. StoreError: missing,
    damaged, disk.
    """
    checkpoint, leaves = store.checkpoint(), store.leaves()
    if checkpoint is None:
        return ()
    found = []
    for number in range(1, checkpoint.size + 1):
        try:
            entry = store.read(wire.entry_path(number))
            read = read_entry(entry, number, checkpoint.origin, leaves)
            if isinstance(read, Manifest):
                incidents = tuple(one.id for one in read.incidents)
                found.append(Published(number, _time(store, number), incidents))
        except ReleaseError as error:
            raise _damaged(number, error.detail) from None
    return tuple(found)


def _time(store: Store, number: int) -> int:
    note = parse_note(store.read(wire.release_checkpoint_path(number)))
    times = [one for one in claimed_times(note) if one <= _LAST]
    if not times:
        raise _damaged(number, "nobody cosigned its checkpoint")
    return min(times)


def _damaged(number: int, why: str) -> StoreError:
    return StoreError(
        "damaged",
        f"release {number}: {why}",
        "restore the folder from a copy, and run `breachdesk verify` on it",
    )
