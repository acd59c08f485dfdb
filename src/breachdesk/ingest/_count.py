"""The entries of a release before they are sealed: how many, where, and which to ask for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from breachdesk.ingest._outputs import LOOKUP, IncidentParts, outputs_of
from breachdesk.ingest._parts import SEGMENTS
from breachdesk.ingest._record_rows import Rows, lowest
from breachdesk.ingest.errors import BuildError
from breachdesk.release import MAX_COUNT, capacity_for, choose_count

#: Entries that the finished release is asked for, of each lookup of each incident.
SAMPLES: Final = 20
#: Outputs for each count of the histogram, on average: so few that a bucket is never too full for
#: want of a finer one (2,032 of them), so many that the histogram stays small.
_ENTRIES_A_COUNT: Final = 256
_FEWEST_BITS: Final = SEGMENTS.bit_length() - 1

Counts = npt.NDArray[np.int64]
Key = tuple[int, int]


def prefix_bits(most_entries: int) -> int:
    """How many top bits of the outputs to count by, for at most so many entries; at least 8."""
    wanted = max(most_entries // _ENTRIES_A_COUNT, 1).bit_length()
    return max(_FEWEST_BITS, min(wanted, MAX_COUNT.bit_length() - 1))


@dataclass(frozen=True, slots=True)
class CountTask:
    """The outputs of a release that begin with `byte`, to count by their top `bits`."""

    byte: int
    bits: int
    incidents: tuple[IncidentParts, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries by top bits, this byte's alone; by (incident, lookup); and samples by the same."""

    byte: int
    histogram: Counts
    entries: dict[Key, int]
    samples: dict[Key, list[bytes]] = field(repr=False)


def count_outputs(task: CountTask) -> Counted:
    """Count the distinct entries. Runs in a worker. Raises `BuildError` or `OSError`."""
    histogram = np.zeros(1 << (task.bits - _FEWEST_BITS), np.int64)
    entries: dict[Key, int] = {}
    samples: dict[Key, list[bytes]] = {}
    for incident in task.incidents:
        rows = outputs_of(incident, task.byte)
        histogram += np.bincount(_prefixes(rows, task.bits), minlength=len(histogram))
        for lookup in np.unique(rows[:, LOOKUP]):
            of_lookup = rows[rows[:, LOOKUP] == lookup]
            key = incident.number, int(lookup)
            entries[key] = len(of_lookup)
            samples[key] = [of_lookup[place].tobytes() for place in lowest(of_lookup, SAMPLES)]
    return Counted(task.byte, histogram, entries, samples)


def _prefixes(rows: Rows, bits: int) -> npt.NDArray[np.int64]:
    """The top bits of the outputs, the first byte's apart."""
    prefixes = np.ascontiguousarray(rows[:, :4]).view(">u4").ravel().astype(np.int64)
    return (prefixes >> (32 - bits)) & ((1 << (bits - _FEWEST_BITS)) - 1)


class Census:
    """Adds up what `count_outputs` gives."""

    def __init__(self, bits: int) -> None:
        """Nothing yet."""
        self._histogram = np.zeros((SEGMENTS, 1 << (bits - _FEWEST_BITS)), np.int64)
        self.entries: Counter[Key] = Counter()
        self._samples: dict[Key, list[bytes]] = {}

    def add(self, part: Counted) -> None:
        """Take in one byte's entries."""
        self._histogram[part.byte] = part.histogram
        self.entries.update(part.entries)
        for key, samples in part.samples.items():
            both = self._samples.get(key, []) + samples
            self._samples[key] = sorted(both, key=lambda record: record[32:40])[:SAMPLES]

    def samples(self) -> list[bytes]:
        """Records of every lookup of every incident."""
        return [record for _, of_one in sorted(self._samples.items()) for record in of_one]

    def shape(self) -> tuple[int, int]:
        """The number of buckets and their capacity (PROTOCOL 7.1). Raises `BuildError`."""
        return shape_of(self._histogram.ravel().tolist())


def shape_of(histogram: Sequence[int]) -> tuple[int, int]:
    """The number of buckets and their capacity for entries by top bits. Raises `BuildError`."""
    try:
        count = choose_count(histogram)
    except ValueError:
        raise BuildError(
            "buckets",
            "One bucket would hold too many entries at any number of buckets.",
            "Look whether the lookups' details tell people apart, then build again.",
        ) from None
    step = len(histogram) // count
    fullest = max(sum(histogram[start : start + step]) for start in range(0, len(histogram), step))
    return count, capacity_for(fullest)
