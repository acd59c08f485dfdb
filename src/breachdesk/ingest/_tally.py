"""Counts of all partitions of a build together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.incident import Lookup
from breachdesk.ingest._evaluate import SAMPLES, Evaluated, Sample, open_sample
from breachdesk.ingest._part_set import LookupCount
from breachdesk.ingest._spill import SpillKey


@dataclass(slots=True)
class Tally:
    """Adds up what partitions give. Samples stay sealed until they are asked for.

    `evaluations`, and `seconds` of all workers for them, are by kind of key; `grouping` are their
    other seconds. `late` are the rejected rows by the number of their table.
    """

    lookups: Sequence[Lookup]
    indexed: int = 0
    rejected: int = 0
    late: Counter[int] = field(default_factory=Counter)
    subjects: int = 0
    counts: list[LookupCount] = field(default_factory=list)
    evaluations: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    grouping: float = 0.0
    _samples: list[bytes] = field(default_factory=list, repr=False)

    @classmethod
    def empty(cls, lookups: Sequence[Lookup]) -> "Tally":
        """Nothing yet."""
        counts = [LookupCount(0, 0, {}) for _ in lookups]
        return cls(lookups, counts=counts)

    def add(self, part: Evaluated) -> None:
        """Take in one partition."""
        self.indexed += part.indexed
        self.rejected += part.rejected
        self.late.update(part.late)
        self.subjects += part.subjects
        self.counts = [_sum(a, b) for a, b in zip(self.counts, part.lookups, strict=True)]
        self.evaluations.update(part.evaluations)
        self.seconds.update(part.seconds)
        self.grouping += part.grouping
        self._samples += part.samples

    def samples(self, key: SpillKey) -> list[Sample]:
        """A fair draw of each lookup's inputs; of a code lookup's, for each channel."""
        drawn: dict[tuple[int, int], list[Sample]] = {}
        opened = sorted((open_sample(one, key) for one in self._samples), key=lambda s: s.rank)
        for sample in opened:
            of_kind = drawn.setdefault((sample.record[76], sample.channel), [])
            if len(of_kind) < SAMPLES:
                of_kind.append(sample)
        return [sample for _, of_kind in sorted(drawn.items()) for sample in of_kind]


def _sum(a: LookupCount, b: LookupCount) -> LookupCount:
    left_out = dict(Counter(a.left_out) + Counter(b.left_out))
    return LookupCount(a.subjects + b.subjects, a.entries + b.entries, left_out)
