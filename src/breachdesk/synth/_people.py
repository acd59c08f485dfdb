"""The people of a made leak. Every attribute is a function of the seed and the person's number.

All numbers are well-formed and belong to nobody: phone exchanges begin with 0 or 1, which Korea
does not assign; RRNs carry place codes 97 to 99, above those in use; cards begin with 999999, bank
accounts with 999, USIMs with 898299; mail goes to reserved domains (RFC 2606).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from breachdesk.synth._random import Dice, Ints, Mask, Permutation, u64
from breachdesk.synth._words import names
from breachdesk.synth.errors import SynthError

MOST_PEOPLE = 15_000_000
_PHONES = 20_000_000
_CUSTOMER_NUMBERS = 900_000_000
_FIRST_DAY = np.datetime64("1930-01-01")
_LAST_DAY = np.datetime64("2008-12-31")
_SERIALS_A_DAY = 3000
_FAMILY = 50  # of so many neighbours by number, three share a phone and two another

Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Births:
    """Birth day, sex and serial (each pair of day and sex has serials of its own)."""

    day: Days
    female: Mask
    serial: Ints

    def dates(self) -> Ints:
        """Return the dates as the numbers YYYYMMDD."""
        months = self.day.astype("datetime64[M]")
        years = months.astype("datetime64[Y]").astype(np.int64) + 1970
        month = months.astype(np.int64) % 12 + 1
        day = (self.day - months.astype("datetime64[D]")).astype(np.int64) + 1
        dates: Ints = (years * 10000 + month * 100 + day).astype(np.uint64)
        return dates


class People:
    """So many people under one seed; methods take columns of person numbers."""

    def __init__(self, seed: int, count: int) -> None:
        if not 1 <= count <= MOST_PEOPLE:
            raise SynthError(f"Ask for 1 to {MOST_PEOPLE:,} people.")
        self.count = count
        self.dice = Dice(seed)
        days = np.arange(_FIRST_DAY, _LAST_DAY + 1)
        self._cumulative = np.cumsum(np.repeat(_serials_by_age(days), 2))
        self._births = Permutation(seed, "births", int(self._cumulative[-1]))
        self._phones = Permutation(seed, "phones", _PHONES)
        self._older_phones = Permutation(seed, "older phones", _PHONES)
        self._customers = Permutation(seed, "customers", _CUSTOMER_NUMBERS)
        self._serials = {
            purpose: Permutation(seed, purpose, 10**8) for purpose in ("card", "account", "email")
        }

    def births(self, person: Ints) -> Births:
        """Return when each was born. No two people have day, sex and serial in common."""
        place = self._births(person)
        cell = np.searchsorted(self._cumulative, place, side="right")
        start = np.where(cell > 0, self._cumulative[cell - 1], 0)
        day = _FIRST_DAY + (cell // 2).astype("timedelta64[D]")
        return Births(day, cell % 2 == 1, place - start.astype(np.uint64))

    def foreign(self, person: Ints) -> Mask:
        """Return who is a foreign resident, with a Latin name."""
        return self.dice.chance("foreign", person, 15)

    def has_rrn(self, person: Ints) -> Mask:
        """Return whose records all carry an RRN; the others' records all lack it."""
        return ~self.dice.chance("no rrn", person, 8)

    def name_parts(self, person: Ints, female: Mask) -> tuple[Ints, Ints]:
        """Return the places of both parts of each name in the tables of names."""
        words, dice = names(), self.dice
        first = dice.weighted("surname", person, words.surnames)
        count = np.where(female, words.female[1], words.male[1]).astype(np.uint64)
        start = np.where(female, words.female[0], words.male[0]).astype(np.uint64)
        second = start + self._skewed("given", person, count)
        foreign = np.flatnonzero(self.foreign(person))
        if foreign.size:
            first[foreign], second[foreign] = self._latin_parts(person[foreign])
        return first, second

    def phone_number(self, person: Ints) -> Ints:
        """Return exchange and last four digits as one number below 20,000,000.

        Families share one; otherwise it is nobody else's.
        """
        return self._phones(_household(person))

    def older_phone_number(self, person: Ints) -> Ints:
        """Return the number that each had before, of the same shape."""
        return self._older_phones(person)

    def phone_kind(self, person: Ints) -> Ints:
        """Return 0 for 010, 1 to 5 for older mobile prefixes, from 6 on for landlines."""
        kind = np.zeros(len(person), dtype=np.uint64)
        house = _household(person)
        old = self.dice.chance("old prefix", house, 25)
        kind[old] = 1 + self.dice.below("which prefix", house[old], 5)
        fixed = ~old & self.dice.chance("landline", house, 35)
        kind[fixed] = 6 + self.dice.below("which area", house[fixed], 17)
        return kind

    def customer_number(self, person: Ints, second: Mask) -> Ints:
        """Return nine digits that nobody else has; `second`: that of another contract."""
        index = person * u64(2) + second.astype(np.uint64)
        return u64(100_000_000) + self._customers(index)

    def serial(self, purpose: str, person: Ints) -> Ints:
        """Return eight digits that nobody else has for a `card`, an `account` or an `email`."""
        return self._serials[purpose](person)

    def _skewed(self, purpose: str, person: Ints, count: Ints) -> Ints:
        """Return numbers below count of which small ones are more frequent."""
        one = self.dice.below(purpose, person, 1 << 16)
        two = self.dice.below(f"{purpose}, skew", person, 1 << 16)
        return (np.minimum(one, two) * count) // u64(1 << 16)

    def _latin_parts(self, person: Ints) -> tuple[Ints, Ints]:
        words, dice = names(), self.dice
        nguyen, world = words.latin_groups
        in_world = dice.chance("latin group", person, 550)
        parts = []
        for place, purpose in enumerate(("latin family", "latin given")):
            start = np.where(in_world, world[place][0], nguyen[place][0]).astype(np.uint64)
            count = np.where(in_world, world[place][1], nguyen[place][1]).astype(np.uint64)
            parts.append(start + ((dice.below(purpose, person, 1 << 16) * count) >> u64(16)))
        return parts[0], parts[1]


def shares_phone(person: Ints) -> Mask:
    """Return who has the phone of a family member."""
    place = person % u64(_FAMILY)
    shared: Mask = (place <= 2) | (place == 10) | (place == 11)
    return shared


def _household(person: Ints) -> Ints:
    place = person % u64(_FAMILY)
    head = np.where(place <= 2, person - place, person)
    return np.where(place == 11, person - u64(1), head).astype(np.uint64)


def _serials_by_age(days: Days) -> NDArray[np.int64]:
    """Return how many serials each birth day has: the age pyramid of a carrier's customers."""
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    turns = [1930, 1945, 1960, 1975, 1990, 1996, 2008]
    heights = [0.1, 0.4, 0.8, 1.0, 0.85, 0.5, 0.07]
    return (np.interp(years, turns, heights) * _SERIALS_A_DAY).astype(np.int64)
