"""How many people the ledger has, by item and by incident: numbers, and nothing of a person.

People are read by the first byte of their subject id, so 1/256 of them is in memory at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from breachdesk.ingest._ledger import Ledger, default_folder, epoch_folder
from breachdesk.ingest._opening import KeyChoice
from breachdesk.ingest._part_set import Shelved, incidents_of
from breachdesk.ingest._parts import PERSON_BYTES, SEGMENTS, read_people
from breachdesk.keys import Unlock
from breachdesk.release import ITEM_BITS, Manifest, Store

_PERSON: Final = np.dtype(
    [("subject", "V12"), ("items", ">u8"), ("records", ">u2"), ("lookups", ">u2")]
)


@dataclass(frozen=True, slots=True)
class ItemCount:
    """People who have an item, and the records of these people, with the item or without."""

    people: int
    records: int


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """The people of a release.

    `items` is by incident and item. `sets` has, for each set of incidents in which somebody is,
    the number of people who are in exactly these: their sum is the number of different people.
    People of two incidents are one person where the same column, of the subject columns that stand
    in the same place, says so.
    """

    items: Mapping[str, Mapping[str, ItemCount]]
    sets: Mapping[tuple[str, ...], int]


def count_people(
    keys: Path,
    releases: Path,
    manifest: Manifest,
    folder: Path | None = None,
    unlock: Unlock | None = None,
) -> PeopleCount | None:
    """The people of a release, from the ledger of the one in force.

    None where the ledger does not have all of this release and nothing else: it keeps what the
    release in force is made of, which holds an earlier one if nothing was replaced since. Opens the
    ledger key alone. Raises `BuildError`, `StoreError`, `KeysError` or `OSError`.
    """
    opened = KeyChoice(keys, unlock, ("ledger",)).open()
    place = epoch_folder(folder or default_folder(releases), opened.epoch)
    current = Store(releases).current()
    if current is None or manifest.origin != opened.origin:
        return None
    ledger = Ledger(place, opened.origin, opened.ledger)
    sets = [
        one
        for one in ledger.shelved(current.manifest.release_id)
        if one.set.release <= manifest.release
    ]
    by_incident = incidents_of(sets)
    return _count(by_incident) if _is_all_of(manifest, by_incident) else None


def _is_all_of(manifest: Manifest, sets: Mapping[str, Sequence[Shelved]]) -> bool:
    """Whether these sets hold the rows of each incident of the release, and no other."""
    have = {name: sum(one.set.records.indexed for one in of) for name, of in sets.items()}
    return have == {one.id: one.records.indexed for one in manifest.incidents}


def _count(incidents: Mapping[str, Sequence[Shelved]]) -> PeopleCount:
    names = tuple(incidents)
    items = np.zeros((len(names), len(ITEM_BITS), 2), np.int64)
    sets: dict[int, int] = {}
    for byte in range(SEGMENTS):
        everybody = []
        for place, name in enumerate(names):
            subjects, bits, records = _people(incidents[name], byte)
            everybody.append((subjects, np.full(len(subjects), 1 << place, np.uint64)))
            for row, bit in enumerate(ITEM_BITS.values()):
                having = (bits >> np.uint64(bit)) & np.uint64(1) == 1
                items[place, row] += int(having.sum()), int(records[having].sum())
        _add_sets(sets, everybody)
    return PeopleCount(
        {
            name: {
                item: ItemCount(*map(int, items[place, row]))
                for row, item in enumerate(ITEM_BITS)
                if items[place, row, 0]
            }
            for place, name in enumerate(names)
        },
        {
            tuple(name for place, name in enumerate(names) if mask >> place & 1): people
            for mask, people in sorted(sets.items())
        },
    )


def _people(
    sets: Sequence[Shelved], byte: int
) -> tuple[npt.NDArray[np.void], npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Different people of an incident: subject id, the union of items, the sum of records."""
    data = b"".join(read_people(path, one.secret, byte) for one in sets for path in one.paths)
    found = np.frombuffer(data, _PERSON)
    found = found[np.argsort(found["subject"], kind="stable")]
    subjects, first = np.unique(found["subject"], return_index=True)
    if not len(first):
        return subjects, np.empty(0, np.uint64), np.empty(0, np.int64)
    items = np.bitwise_or.reduceat(found["items"].astype(np.uint64), first)
    return subjects, items, np.add.reduceat(found["records"].astype(np.int64), first)


def _add_sets(
    sets: dict[int, int],
    everybody: Sequence[tuple[npt.NDArray[np.void], npt.NDArray[np.uint64]]],
) -> None:
    """Add people by the incidents in which they are, one bit each."""
    subjects = np.concatenate([ids for ids, _ in everybody])
    bits = np.concatenate([bit for _, bit in everybody])
    order = np.argsort(subjects, kind="stable")
    subjects, bits = subjects[order], bits[order]
    _, first = np.unique(subjects, return_index=True)
    if not len(first):
        return
    masks, counts = np.unique(np.bitwise_or.reduceat(bits, first), return_counts=True)
    for mask, people in zip(masks, counts, strict=True):
        sets[int(mask)] = sets.get(int(mask), 0) + int(people)


assert _PERSON.itemsize == PERSON_BYTES  # noqa: S101 (both say the same layout)
