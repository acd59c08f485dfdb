"""What records say, as numbers, before anything is spelt."""

from dataclasses import dataclass

import numpy as np

from breachdesk.synth._layout import Layout
from breachdesk.synth._people import Births, People
from breachdesk.synth._profile import Profile
from breachdesk.synth._random import Dice, Ints, Mask, u64


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of the same length: whose record each row is and what it says.

    `record` is a number of its own for each record, for dice about its spelling. `filled` has,
    for each item, in which rows its cell says something. `broken` rows have a phone or an RRN
    that cannot be read; they are the only record of their person. `card`, `account` and `email`
    are eight digits each, the part in which one person's differs from another's.
    """

    person: Ints
    record: Ints
    births: Births
    foreign: Mask
    first: Ints
    second: Ints
    phone_kind: Ints
    phone_number: Ints
    customer_number: Ints
    card: Ints
    account: Ints
    email: Ints
    filled: dict[str, Mask]
    broken_phone: Mask
    broken_rrn: Mask

    @property
    def broken(self) -> Mask:
        """Return which rows cannot be used as they are."""
        return self.broken_phone | self.broken_rrn


class RowMaker:
    """Makes the rows of one leak, from persons and record numbers, again and again the same."""

    def __init__(self, profile: Profile, people: People, layout: Layout) -> None:
        self.profile, self.people, self.layout = profile, people, layout

    def rows(self, person: Ints, number: Ints) -> Rows:
        """Return what these records say; number 0 is a person's first record."""
        people, dice = self.people, self.people.dice
        record = (number << u64(32)) | person
        births = people.births(person)
        first, second = people.name_parts(person, births.female)
        kind, phone = self._phones(person, number, record)
        has_rrn = people.has_rrn(person)
        contract = has_rrn & (number > 0) & dice.chance("second contract", record, 120)
        broken = self.layout.single(person) & dice.chance("broken", person, 0.5)
        broken_rrn = broken & has_rrn & dice.chance("broken rrn", person, 400)
        return Rows(
            person=person,
            record=record,
            births=births,
            foreign=people.foreign(person),
            first=first,
            second=second,
            phone_kind=kind,
            phone_number=phone,
            customer_number=people.customer_number(person, contract),
            card=people.serial("card", person),
            account=people.serial("account", person),
            email=people.serial("email", person),
            filled=self._filled(person, record, has_rrn),
            broken_phone=broken & ~broken_rrn,
            broken_rrn=broken_rrn,
        )

    def _phones(self, person: Ints, number: Ints, record: Ints) -> tuple[Ints, Ints]:
        people, dice = self.people, self.people.dice
        older = (number > 0) & dice.chance("older phone", record, 150)
        kind, phone = people.phone_kind(person), people.phone_number(person)
        kind[older] = 1 + dice.below("older prefix", person[older], 5)
        phone[older] = people.older_phone_number(person[older])
        return kind, phone

    def _filled(self, person: Ints, record: Ints, has_rrn: Mask) -> dict[str, Mask]:
        """A person pays by card, by transfer or on paper; another record may say otherwise."""
        dice, empty = self.people.dice, self.profile.empty
        filled = {
            item: ~dice.chance(f"empty {item}", record, per_mille)
            for item, per_mille in empty.items()
        }
        filled["rrn"] = has_rrn
        filled["customer_number"] |= ~has_rrn
        payer = np.where(
            dice.chance("pays otherwise", record, 100),
            dice.below("pays now", record, 100),
            dice.below("pays", person, 100),
        )
        filled["card_number"] = payer < 38
        filled["card_expiry"] &= filled["card_number"]
        filled["bank_account"] = (payer >= 36) & (payer < 82)
        return filled


def luhn(digits: list[Ints]) -> Ints:
    """Return the last digit that makes the whole number pass Luhn's test (ISO/IEC 7812-1)."""
    total = np.zeros(len(digits[0]), dtype=np.uint64)
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * u64(2)
        total += np.where(doubled > 9, doubled - u64(9), doubled) if place % 2 == 0 else digit
    return (u64(10) - total % u64(10)) % u64(10)


def digits_of(number: Ints, count: int) -> list[Ints]:
    """Return the decimal digits of numbers below 10^count, the highest first."""
    return [number // u64(10**place) % u64(10) for place in reversed(range(count))]


def last_of_rrn(dice: Dice, rows: Rows) -> tuple[Ints, Ints, Ints]:
    """Return seventh digit, place code with serial (four digits), and last two digits of RRNs.

    The last digit is the checksum, another one for a share of people: numbers issued since
    October 2020 have none.
    """
    births = rows.births
    dates = births.dates()
    seventh = u64(1) + births.female + u64(2) * (dates >= 20000000) + u64(4) * rows.foreign
    place, order = u64(9700) + births.serial // u64(10), births.serial % u64(10)
    digits = [*digits_of(dates % u64(1000000), 6), seventh, *digits_of(place, 4), order]
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = np.zeros(len(dates), dtype=np.uint64)
    for digit, weight in zip(digits, weights, strict=True):
        total += digit * u64(weight)
    check = (u64(11) + u64(2) * rows.foreign - total % u64(11)) % u64(10)
    without = dice.chance("no checksum", rows.person, 30)
    off = u64(1) + dice.below("checksum off by", rows.person, 9)
    check = np.where(without, (check + off) % u64(10), check)
    return seventh, place, order * u64(10) + check
