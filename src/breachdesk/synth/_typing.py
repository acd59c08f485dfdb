"""How people type what they know of themselves, always as PROTOCOL.md section 3 can read it."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from breachdesk.synth._random import draw, key_of

# The fields that a person can type, and the item of the file that each comes from.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "birth_date": "rrn",
        "phone": "phone",
        "email": "email",
        "customer_number": "customer_number",
        "bank_account": "bank_account",
        "card_number": "card_number",
    }
)
_WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}


def _same(text: str) -> str:
    return text


def _wide(text: str) -> str:
    return text.translate(_WIDE)


def _trailing_blank(text: str) -> str:
    return f"{text} "


def _blank_after_surname(name: str) -> str:
    return name if " " in name else f"{name[0]} {name[1:]}"


def _jamo(name: str) -> str:
    return unicodedata.normalize("NFD", name)


def _date(pattern: str) -> Callable[[str], str]:
    def write(date: str) -> str:
        year, month, day = date[:4], int(date[4:6]), int(date[6:])
        return pattern.format(year=year, month=month, day=day)

    return write


def _grouped(size: int, mark: str) -> Callable[[str], str]:
    def write(digits: str) -> str:
        return mark.join(digits[at : at + size] for at in range(0, len(digits), size))

    return write


def _between(mark: str) -> Callable[[str], str]:
    return lambda phone: phone.replace("-", mark)


def _abroad(phone: str) -> str:
    return f"+82 {phone[1:]}"


def _abroad_bare(phone: str) -> str:
    return "+82" + phone[1:].replace("-", "")


_WAYS: Mapping[str, Sequence[Callable[[str], str]]] = {
    "name": (
        *(_same,) * 9,
        *(_blank_after_surname,) * 3,
        _trailing_blank,
        _jamo,
        str.lower,
        str.title,
    ),
    "birth_date": (
        *(_date("{year}-{month:02}-{day:02}"),) * 3,
        *(_same,) * 4,
        *(_date("{year}.{month}.{day}"),) * 2,
        _date("{year}. {month}. {day}."),
        _date("{year}/{month:02}/{day:02}"),
        _date("{year}년 {month}월 {day}일"),
        _date("{year} {month:02} {day:02}"),
        _wide,
    ),
    "phone": (
        *(_same,) * 5,
        *(_between(""),) * 5,
        _between(" "),
        _between("."),
        _abroad,
        _abroad_bare,
        _wide,
        _trailing_blank,
    ),
    "email": (*(_same,) * 4, str.upper, _trailing_blank),
    "customer_number": (*(_same,) * 5, _grouped(3, " "), _grouped(3, "-"), _wide, _trailing_blank),
    "bank_account": (*(_same,) * 3, _grouped(3, "-"), _trailing_blank),
    "card_number": (_same, _grouped(4, " "), _grouped(4, "-")),
}


class Typist:
    """One person's habits: the same seed and person always type the same."""

    def __init__(self, seed: int, person: int) -> None:
        self._seed = seed
        self._person = np.array([person], dtype=np.uint64)

    def choose(self, purpose: str, count: int) -> int:
        """Return a number below count."""
        return int(draw(key_of(self._seed, purpose), self._person)[0]) % count

    def type(self, field: str, plain: str) -> str:
        """Return a field as this person would type it."""
        ways = _WAYS[field]
        return ways[self.choose(f"typing {field}", len(ways))](plain)
