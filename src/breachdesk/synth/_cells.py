"""How a source file spells what records say: differing formats, stray blanks, gaps."""

import numpy as np
import polars as pl

from breachdesk.synth import _spelling as spelling
from breachdesk.synth._random import Dice, Ints, Mask, u64
from breachdesk.synth._rows import Rows, digits_of, last_of_rrn, luhn
from breachdesk.synth._spelling import Sheet, digits
from breachdesk.synth._words import districts, names, plans, services, streets

_DOMAINS = pl.Series(
    ["example.com", "example.net", "example.org", "mail.example", "post.example", "Example.COM"]
)
_ACCOUNT_STYLES = (("-", "-", "", ""), ("-", "", "-", ""), ("", "", "", ""), ("-", "-", "-", "-01"))


def spell(dice: Dice, rows: Rows) -> pl.DataFrame:
    """Return the cells of rows, a column an item; an empty cell is null."""
    sheet = Sheet(dice, rows.record)
    _name(sheet, rows)
    _rrn(sheet, dice, rows)
    _phone(sheet, dice, rows)
    _email(sheet, dice, rows)
    _address(sheet, dice, rows)
    _card(sheet, dice, rows)
    _account(sheet, dice, rows)
    _customer_number(sheet, rows)
    _usim(sheet, dice, rows)
    for item, words in (("subscription", services()), ("rate_plan", plans())):
        which = dice.weighted(item, rows.record, words.cumulative)
        sheet.add(item, rows.filled[item], sheet.piece(words.words, which))
    return sheet.frame()


def _name(sheet: Sheet, rows: Rows) -> None:
    words = names()
    capital = rows.foreign & (sheet.odd("latin in small letters", 400, 1) > 0)
    first = rows.first + u64(words.latin_first_count) * capital
    second = rows.second + u64(words.latin_second_count) * capital
    blank = np.maximum(sheet.odd("blank in name", 25, 3), rows.foreign.astype(np.uint64))
    sheet.add(
        "name",
        rows.filled["name"],
        sheet.pad("before name", 8),
        sheet.piece(words.first, first),
        sheet.piece(spelling.PADS, blank),
        sheet.piece(words.second, second),
        sheet.pad("after name", 20),
    )


def _rrn(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    dates = rows.births.dates()
    seventh, place, last = last_of_rrn(dice, rows)
    wide = sheet.odd("wide rrn", 4, 1)
    hyphen = np.where(wide > 0, 3, sheet.odd("rrn without hyphen", 160, 2)).astype(np.uint64)
    month = dates // u64(100) % u64(100) + u64(12) * rows.broken_rrn
    sheet.add(
        "rrn",
        rows.filled["rrn"],
        sheet.pad("before rrn", 3),
        sheet.piece(digits(2), dates // u64(10000) % u64(100) + wide * u64(100)),
        sheet.piece(digits(2), month + wide * u64(100)),
        sheet.piece(digits(2), dates % u64(100) + wide * u64(100)),
        sheet.piece(spelling.HYPHENS, hyphen),
        sheet.piece(digits(1), seventh + wide * u64(10)),
        sheet.piece(digits(4), place + wide * u64(10000)),
        sheet.piece(digits(2), last + wide * u64(100)),
        sheet.pad("after rrn", 6),
    )


def _phone(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    weights = [style[0] for style in spelling.PHONE_STYLES]
    style = dice.weighted("phone style", rows.record, np.cumsum(weights).astype(np.uint64))
    wide = (style == spelling.WIDE_PHONE_STYLE).astype(np.uint64)
    start = style * u64(len(spelling.PHONE_PREFIXES)) + rows.phone_kind
    exchange = rows.phone_number // u64(10000)
    short = short_exchange(rows)
    middle = exchange + np.where(short, u64(20000) + wide * u64(1000), wide * u64(10000))
    unreadable = u64(20000) + rows.person % u64(2)
    last = rows.phone_number % u64(10000) + wide * u64(10000)
    sheet.add(
        "phone",
        rows.filled["phone"] | rows.broken_phone,
        sheet.pad("before phone", 4),
        sheet.piece(spelling.phone_starts(), start),
        sheet.piece(spelling.phone_middles(), middle),
        sheet.piece(pl.Series([style[3] for style in spelling.PHONE_STYLES]), style),
        sheet.piece(spelling.masked_digits(), np.where(rows.broken_phone, unreadable, last)),
        sheet.pad("after phone", 12),
    )


def short_exchange(rows: Rows) -> Mask:
    """Return which numbers have an exchange of three digits: some that are not 010."""
    return (rows.phone_kind > 0) & (rows.phone_number < 2_000_000)


def _email(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    sheet.add(
        "email",
        rows.filled["email"],
        sheet.piece(names().roman, rows.first),
        *_eight(sheet, rows.email),
        sheet.piece(pl.Series(["@"]), np.zeros(len(rows.person), dtype=np.uint64)),
        sheet.piece(_DOMAINS, domain_of(dice, rows)),
        sheet.pad("after email", 15),
    )


def domain_of(dice: Dice, rows: Rows) -> Ints:
    """Return which of the domains each person's mail has."""
    return dice.below("domain", rows.person, len(_DOMAINS))


def email_of(first: int, serial: int, domain: int) -> str:
    """Return one mail address in small letters."""
    return f"{names().roman[first]}{serial:08}@{_DOMAINS[domain].lower()}"


def _address(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    places = districts()
    blank = sheet.piece(spelling.PADS, np.ones(len(rows.person), dtype=np.uint64))
    flat = dice.below("flat", rows.person, len(spelling.flats()))
    sheet.add(
        "address",
        rows.filled["address"],
        sheet.piece(places.words, dice.weighted("district", rows.person, places.cumulative)),
        blank,
        sheet.piece(streets(), dice.below("street", rows.person, len(streets()))),
        blank,
        sheet.piece(spelling.houses(), dice.below("house", rows.person, len(spelling.houses()))),
        sheet.piece(spelling.flats(), flat),
        sheet.pad("after address", 10),
    )


def card_numbers(dice: Dice, rows: Rows) -> Ints:
    """Return the last ten digits of the cards: 999999 stands before them."""
    nine = rows.card * u64(10) + dice.below("card, last", rows.person, 10)
    fixed = [np.full(len(nine), 9, dtype=np.uint64)] * 6
    return nine * u64(10) + luhn([*fixed, *digits_of(nine, 9)])


def _card(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    card = card_numbers(dice, rows)
    wide = sheet.odd("wide card", 3, 1)
    mark = np.where(wide > 0, 3, sheet.odd("card without hyphens", 250, 2)).astype(np.uint64)
    hyphen = sheet.piece(spelling.HYPHENS, mark)
    more = wide * u64(10000)
    sheet.add(
        "card_number",
        rows.filled["card_number"],
        sheet.piece(digits(4), u64(9999) + more),
        hyphen,
        sheet.piece(digits(4), u64(9900) + card // u64(10**8) + more),
        hyphen,
        sheet.piece(digits(4), card // u64(10**4) % u64(10**4) + more),
        hyphen,
        sheet.piece(digits(4), card % u64(10**4) + more),
    )
    expiry = dice.below("expiry", rows.person, len(spelling.expiries()) // 5)
    style = dice.below("expiry style", rows.record, 5)
    written = sheet.piece(spelling.expiries(), expiry * u64(5) + style)
    sheet.add("card_expiry", rows.filled["card_expiry"], written)


def _account(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    style = dice.below("bank", rows.person, len(_ACCOUNT_STYLES))
    marks = [
        sheet.piece(pl.Series([marks[place] for marks in _ACCOUNT_STYLES]), style)
        for place in range(4)
    ]
    sheet.add(
        "bank_account",
        rows.filled["bank_account"],
        sheet.piece(digits(3), np.full(len(style), 999, dtype=np.uint64)),
        marks[0],
        sheet.piece(digits(2), rows.account // u64(10**6)),
        marks[1],
        sheet.piece(digits(3), rows.account // u64(1000) % u64(1000)),
        marks[2],
        sheet.piece(digits(3), rows.account % u64(1000)),
        marks[3],
        sheet.pad("after account", 8),
    )


def account_of(dice: Dice, rows: Rows, row: int) -> str:
    """Return one account in digits."""
    style = int(dice.below("bank", rows.person, len(_ACCOUNT_STYLES))[row])
    tail = _ACCOUNT_STYLES[style][3].replace("-", "")
    return f"999{int(rows.account[row]):08}{tail}"


def _customer_number(sheet: Sheet, rows: Rows) -> None:
    wide = sheet.odd("wide customer number", 5, 1)
    sheet.add(
        "customer_number",
        rows.filled["customer_number"],
        sheet.pad("before customer number", 6),
        sheet.piece(digits(1), rows.customer_number // u64(10**8) + wide * u64(10)),
        *_eight(sheet, rows.customer_number % u64(10**8), wide),
        sheet.pad("after customer number", 10),
    )


def _usim(sheet: Sheet, dice: Dice, rows: Rows) -> None:
    body = dice.below("usim, high", rows.person, 10**8) * u64(10**4)
    body += dice.below("usim, low", rows.person, 10**4)
    fixed = [np.full(len(body), int(digit), dtype=np.uint64) for digit in "898299"]
    start = np.zeros(len(body), dtype=np.uint64)
    sheet.add(
        "usim_number",
        rows.filled["usim_number"],
        sheet.piece(pl.Series(["898299"]), start),
        *_eight(sheet, body // u64(10**4)),
        sheet.piece(digits(4), body % u64(10**4)),
        sheet.piece(digits(1), luhn([*fixed, *digits_of(body, 12)])),
    )


def _eight(sheet: Sheet, number: Ints, wide: Ints | None = None) -> tuple[pl.Expr, pl.Expr]:
    more = u64(0) if wide is None else wide * u64(10000)
    high, low = number // u64(10000), number % u64(10000)
    return sheet.piece(digits(4), high + more), sheet.piece(digits(4), low + more)
