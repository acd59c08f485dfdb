"""Which record of which person stands at which place of the file."""

import numpy as np

from breachdesk.synth._random import Ints, Mask, Permutation, u64
from breachdesk.synth.errors import SynthError

# Of 14 people with several records, ten have one more than the first, two have two, two three.
_MORE = (*(1,) * 10, 2, 2, 3, 3)
_WHO = np.repeat(np.arange(len(_MORE)), _MORE).astype(np.uint64)
_WHICH = np.concatenate([np.arange(count) for count in _MORE]).astype(np.uint64)
_TURN, _GROUP = len(_WHO), len(_MORE)


class Layout:
    """So many records of so many people, everyone at least one, in mixed order."""

    def __init__(self, seed: int, records: int, people: int) -> None:
        if records < people:
            raise SynthError(
                f"{records:,} records cannot be of {people:,} people. Ask for fewer people."
            )
        self.records, self.people = records, people
        self._extra = records - people
        self._places = Permutation(seed, "places", records)

    def at(self, place: Ints) -> tuple[Ints, Ints]:
        """Return person and record number (0 is everyone's first) of places in the file."""
        index = self._places(place)
        extra = index - u64(self.people)  # wraps for first records, which are put right below
        turn, step = extra // u64(_TURN), extra % u64(_TURN)
        slot = turn * u64(_GROUP) + _WHO[step]
        first = index < self.people
        person = np.where(first, index, slot % u64(self.people))
        number = u64(1) + _WHICH[step] + u64(max(_MORE)) * (slot // u64(self.people))
        return person, np.where(first, u64(0), number)

    def single(self, person: Ints) -> Mask:
        """Return who is certain to have one record only."""
        return person >= min(self.people, -(-self._extra // _TURN) * _GROUP)

    def numbers_of(self, person: int) -> list[int]:
        """Return the record numbers that a person has."""
        numbers = [0]
        last_slot = -(-self._extra // _TURN) * _GROUP
        for lap, slot in enumerate(range(person, last_slot, self.people)):
            turn, member = divmod(slot, _GROUP)
            start = turn * _TURN + sum(_MORE[:member])
            have = min(_MORE[member], max(0, self._extra - start))
            numbers += [1 + step + max(_MORE) * lap for step in range(have)]
        return numbers
