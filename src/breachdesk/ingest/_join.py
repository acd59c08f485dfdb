"""People who are in several part sets of an incident: all their items, all their records.

They are joined by the first byte of their subject id, so 1/256 of the people is in memory. Who is
in more than one part set stands, joined, in a table,

    subject id 12 || items u64 || number of records u16

which a worker that seals holds as a whole: 22 bytes for each such person.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from breachdesk.entry import MOST_RECORDS
from breachdesk.ingest._parts import PERSON_BYTES, SEGMENTS, read_people
from breachdesk.ingest._sealed_file import read_sealed, write_sealed

_JOINED_BYTES: Final = 22
_MASK_BITS: Final = 16
_PERSON: Final = np.dtype(
    [("subject", "V12"), ("items", ">u8"), ("records", ">u2"), ("lookups", ">u2")]
)
_JOINED: Final = np.dtype([("subject", "V12"), ("tail", "V10")])


@dataclass(frozen=True, slots=True)
class Joined:
    """Where the table of an incident is."""

    folder: Path
    incident: int
    secret: bytes = field(repr=False)

    def path(self, byte: int) -> Path:
        """The file of the people whose subject id begins with a byte."""
        return self.folder / f"joined-{self.incident:05d}-{byte:02x}"


@dataclass(frozen=True, slots=True)
class JoinTask:
    """The people of one incident whose subject id begins with `byte`.

    `sets` has the parts, the secret and the number of lookups of each set; all sets have the same
    lookups.
    """

    byte: int
    sets: tuple[tuple[tuple[Path, ...], bytes], ...] = field(repr=False)
    lookups: int
    into: Joined


@dataclass(frozen=True, slots=True)
class JoinedCount:
    """Distinct people, in all and by lookup; `several` are those in more than one set."""

    subjects: int
    lookups: tuple[int, ...]
    several: int


def join_people(task: JoinTask) -> JoinedCount:
    """Join, and write who is in several sets. Runs in a worker. Raises as `_parts`."""
    data = b"".join(
        read_people(path, secret, task.byte) for paths, secret in task.sets for path in paths
    )
    people = np.frombuffer(data, _PERSON)
    order = np.argsort(people["subject"], kind="stable")
    people = people[order]
    subjects, first, times = np.unique(people["subject"], return_index=True, return_counts=True)
    several = times > 1
    write_sealed(
        task.into.path(task.byte), task.into.secret, _joined(people, first, several).tobytes()
    )
    return JoinedCount(len(subjects), _by_lookup(people, first, task.lookups), int(several.sum()))


def _joined(
    people: npt.NDArray[np.void], first: npt.NDArray[np.intp], several: npt.NDArray[np.bool_]
) -> npt.NDArray[np.void]:
    """The table of those in several sets; `people` sorted, `first` where each begins."""
    table = np.empty(int(several.sum()), [("subject", "V12"), ("items", ">u8"), ("records", ">u2")])
    if not len(first):
        return table
    items = np.bitwise_or.reduceat(people["items"].astype(np.uint64), first)
    records = np.add.reduceat(people["records"].astype(np.uint64), first)
    table["subject"] = people["subject"][first][several]
    table["items"] = items[several]
    table["records"] = np.minimum(records, MOST_RECORDS)[several]
    return table


def _by_lookup(
    people: npt.NDArray[np.void], first: npt.NDArray[np.intp], lookups: int
) -> tuple[int, ...]:
    if not len(first):
        return (0,) * lookups
    held = np.bitwise_or.reduceat(people["lookups"].astype(np.uint16), first)
    return tuple(int(((held >> bit) & 1).sum()) for bit in range(lookups))


class JoinedPeople:
    """The table of an incident, to correct records by."""

    def __init__(self, table: npt.NDArray[np.void]) -> None:
        """`table` is sorted by subject id."""
        self._subjects = np.ascontiguousarray(table["subject"])
        self._tails = np.ascontiguousarray(table["tail"]).view(np.uint8).reshape(-1, 10)

    def correct(self, subjects: npt.NDArray[np.uint8], tails: npt.NDArray[np.uint8]) -> None:
        """Put joined items and records into the `tails` of `subjects` that the table has."""
        if not len(self._subjects) or not len(subjects):
            return
        wanted = np.ascontiguousarray(subjects).view("V12").ravel()
        places = np.searchsorted(self._subjects, wanted)
        places[places == len(self._subjects)] = 0
        known = self._subjects[places] == wanted
        tails[known] = self._tails[places[known]]


@lru_cache(maxsize=32)
def joined_people(joined: Joined) -> JoinedPeople:
    """The whole table, kept by who seals. Raises `BuildError` or `OSError`."""
    parts = (read_sealed(joined.path(byte), joined.secret) for byte in range(SEGMENTS))
    return JoinedPeople(np.frombuffer(b"".join(parts), _JOINED))


def joined_tail(joined: Joined, subject: bytes) -> bytes | None:
    """The items and records of one person of the table. Raises as `joined_people`."""
    data = read_sealed(joined.path(subject[0]), joined.secret)
    for start in range(0, len(data), _JOINED_BYTES):
        if data[start : start + 12] == subject:
            return data[start + 12 : start + _JOINED_BYTES]
    return None


assert _PERSON.itemsize == PERSON_BYTES  # noqa: S101 (both say the same layout)
