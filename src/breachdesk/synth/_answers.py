"""People to ask about: some are in a made leak, with what leaked of them, and some are not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from breachdesk.incident import in_catalogue_order
from breachdesk.synth import _typing as typing
from breachdesk.synth._cells import (
    account_of,
    card_numbers,
    domain_of,
    email_of,
    short_exchange,
    spell,
)
from breachdesk.synth._people import shares_phone
from breachdesk.synth._random import Dice, Ints, Permutation
from breachdesk.synth._rows import RowMaker, Rows
from breachdesk.synth._spelling import PHONE_PREFIXES
from breachdesk.synth._words import names

# Of a hundred included people, at least so many of each rare kind, if there are any.
_QUOTAS = (("foreign", 6), ("without rrn", 4), ("family", 10), ("several", 25))
_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """One person: what that person would type, and what the truth is."""

    included: bool
    incident: str
    fields: dict[str, str]
    items: tuple[str, ...]


def answers(maker: RowMaker, seed: int, count: int) -> Iterator[Answer]:
    """Yield so many people, every other one included; fewer of a leak that has too few people."""
    included = _included(maker, seed, (count + 1) // 2)
    absent = _absent(maker, seed, count - (count + 1) // 2)
    for number in range((count + 1) // 2):
        if number < len(included):
            yield included[number]
        if number < len(absent):
            yield absent[number]


def _included(maker: RowMaker, seed: int, count: int) -> list[Answer]:
    chosen = []
    for person in _asked(maker, seed, count):
        answer = _about(maker, seed, person)
        if answer is not None:
            chosen.append(answer)
        if len(chosen) == count:
            break
    mixed = Permutation(seed, "order", max(len(chosen), 1))
    return [chosen[place] for place in mixed(np.arange(len(chosen), dtype=np.uint64))]


def _asked(maker: RowMaker, seed: int, count: int) -> list[int]:
    """Return people in the order of asking: the rare kinds by their quotas, then any."""
    person = _candidates(maker, seed, "asked", count * _CANDIDATES)
    kinds = {
        "foreign": maker.people.foreign(person),
        "without rrn": ~maker.people.has_rrn(person),
        "family": shares_phone(person),
        "several": ~maker.layout.single(person),
    }
    order: dict[int, None] = {}
    for kind, quota in _QUOTAS:
        order |= dict.fromkeys(person[kinds[kind]][: -(-count * quota // 100)].tolist())
    order |= dict.fromkeys(person.tolist())
    return list(order)


def _candidates(maker: RowMaker, seed: int, purpose: str, count: int) -> Ints:
    people = maker.people.count
    index = np.arange(min(count, people), dtype=np.uint64)
    return Permutation(seed, purpose, people)(index)


def _about(maker: RowMaker, seed: int, person: int) -> Answer | None:
    """Return what holds of a person in the file, or None if no question can find that person."""
    numbers = maker.layout.numbers_of(person)
    rows = maker.rows(
        np.full(len(numbers), person, dtype=np.uint64), np.array(numbers, dtype=np.uint64)
    )
    if rows.broken.any():
        return None
    known = {*maker.profile.headers, "birth_date"}
    fields = {name: typed for name, typed in _fields(maker, seed, rows).items() if name in known}
    if "name" not in fields or not (
        "customer_number" in fields or {"birth_date", "phone"} <= set(fields)
    ):
        return None
    items = _items(maker, rows)
    return Answer(included=True, incident=maker.profile.incident, fields=fields, items=items)


def _items(maker: RowMaker, rows: Rows) -> tuple[str, ...]:
    """Return the items of which any cell of the rows has more than blanks."""
    cells = spell(maker.people.dice, rows)
    return in_catalogue_order(
        item for item in maker.profile.headers if any(cell and cell.strip() for cell in cells[item])
    )


def _fields(maker: RowMaker, seed: int, rows: Rows) -> dict[str, str]:
    """Return what a person would type: of each field, one value that some record has."""
    typist = typing.Typist(seed, int(rows.person[0]))
    fields: dict[str, str] = {}
    for field, item in typing.FIELDS.items():
        have = np.flatnonzero(rows.filled[item])
        if have.size:
            row = int(have[typist.choose(f"record of {field}", len(have))])
            fields[field] = typist.type(field, value(maker, rows, row, field))
    return fields


def value(maker: RowMaker, rows: Rows, row: int, field: str) -> str:
    """Return a field of one row in its plainest spelling."""
    return _PLAIN[field](maker.people.dice, rows, row)


def _name(_dice: Dice, rows: Rows, row: int) -> str:
    blank = " " if rows.foreign[row] else ""
    return f"{names().first[int(rows.first[row])]}{blank}{names().second[int(rows.second[row])]}"


def _birth_date(_dice: Dice, rows: Rows, row: int) -> str:
    return str(rows.births.dates()[row])


def _phone(_dice: Dice, rows: Rows, row: int) -> str:
    """Return a phone number as 0 prefix - exchange - last four."""
    exchange, last = divmod(int(rows.phone_number[row]), 10000)
    width = 3 if short_exchange(rows)[row] else 4
    prefix = PHONE_PREFIXES[int(rows.phone_kind[row])]
    return f"0{prefix}-{exchange:0{width}}-{last:04}"


def _email(dice: Dice, rows: Rows, row: int) -> str:
    domain = int(domain_of(dice, rows)[row])
    return email_of(int(rows.first[row]), int(rows.email[row]), domain)


def _customer_number(_dice: Dice, rows: Rows, row: int) -> str:
    return str(rows.customer_number[row])


def _card_number(dice: Dice, rows: Rows, row: int) -> str:
    return f"999999{int(card_numbers(dice, rows)[row]):010}"


_PLAIN: Mapping[str, Callable[[Dice, Rows, int], str]] = {
    "name": _name,
    "birth_date": _birth_date,
    "phone": _phone,
    "email": _email,
    "customer_number": _customer_number,
    "bank_account": account_of,
    "card_number": _card_number,
}


def _absent(maker: RowMaker, seed: int, count: int) -> list[Answer]:
    """Return people who are not in the file: half made up, half near misses."""
    strangers = _strangers(maker, count)
    neighbours = _neighbours(maker, seed, count // 2)
    absent = []
    for number in range(count):
        fields = {
            field: value(maker, strangers, number, field)
            for field in ("name", "birth_date", "phone", "email", "customer_number")
        }
        if number % 2 and number // 2 < len(neighbours.person):
            near = number // 2
            del fields["email"]
            same = ("name", "birth_date") if near % 2 else ("name", "phone")
            fields |= {field: value(maker, neighbours, near, field) for field in same}
        typist = typing.Typist(seed, int(strangers.person[number]))
        typed = {field: typist.type(field, plain) for field, plain in fields.items()}
        absent.append(
            Answer(included=False, incident=maker.profile.incident, fields=typed, items=())
        )
    return absent


def _strangers(maker: RowMaker, count: int) -> Rows:
    """Return rows of people beyond the last: all their numbers are nobody's in the file."""
    start = maker.people.count // 100 * 100 + 100
    person = np.arange(start, start + 2 * count + 100, dtype=np.uint64)
    person = person[~shares_phone(person)][:count]
    rows = maker.rows(person, np.zeros(count, dtype=np.uint64))
    return replace(rows, phone_kind=np.zeros(count, dtype=np.uint64))


def _neighbours(maker: RowMaker, seed: int, count: int) -> Rows:
    """Return first records of people who have name, RRN and a 010 number of their own."""
    person = _candidates(maker, seed, "neighbours", count * 10 + 100)
    person = person[~shares_phone(person)]
    rows = maker.rows(person, np.zeros(len(person), dtype=np.uint64))
    fit = rows.filled["name"] & rows.filled["rrn"] & rows.filled["phone"]
    fit &= (rows.phone_kind == 0) & ~rows.broken
    person = person[fit][:count]
    return maker.rows(person, np.zeros(len(person), dtype=np.uint64))
