"""Fields that are numbers with separators (PROTOCOL sections 3.7 to 3.9)."""

import re
from typing import Final

from breachdesk.identifiers._birth_date import check_date
from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

_DIGITS: Final = re.compile("[0-9]*")
_LETTERS_AND_DIGITS: Final = re.compile("[a-z0-9]*")
_SEPARATORS: Final = str.maketrans("", "", " -")
_SEPARATORS_AND_DOT: Final = str.maketrans("", "", " -.")
_CENTURY: Final = {
    **dict.fromkeys("90", "18"),
    **dict.fromkeys("1256", "19"),
    **dict.fromkeys("3478", "20"),
}
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def rrn(text: str) -> bytes:
    """Return the 13 digits of a resident registration number. Raises InvalidField."""
    digits = fold("rrn", text).translate(_SEPARATORS)
    _check("rrn", digits, _DIGITS, 13, 13)
    date = _birth_date(digits)
    check_date("rrn", int(date[:4]), int(date[4:6]), int(date[6:]))
    return digits.encode()


def birth_date_from_rrn(canonical_rrn: bytes) -> bytes:
    """Return the canonical birth date of a canonical RRN."""
    return _birth_date(canonical_rrn.decode()).encode()


def customer_number(text: str) -> bytes:
    """Return 1 to 32 letters and digits. Raises InvalidField."""
    number = _without_dots("customer_number", text)
    _check("customer_number", number, _LETTERS_AND_DIGITS, 1, 32)
    return number.encode()


def bank_account(text: str) -> bytes:
    """Return 6 to 20 digits. Raises InvalidField."""
    number = _without_dots("bank_account", text)
    _check("bank_account", number, _DIGITS, 6, 20)
    return number.encode()


def card_number(text: str) -> bytes:
    """Return 13 to 19 digits whose Luhn sum is right (ISO/IEC 7812-1). Raises InvalidField."""
    digits = fold("card_number", text).translate(_SEPARATORS)
    _check("card_number", digits, _DIGITS, 13, 19)
    values = [int(digit) for digit in reversed(digits)]
    if (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10:
        raise InvalidField("card_number", "checksum")
    return digits.encode()


def _without_dots(field: str, text: str) -> str:
    number = fold(field, text).translate(_SEPARATORS_AND_DOT)
    if not number:
        raise InvalidField(field, "empty")
    return number


def _check(field: str, text: str, allowed: re.Pattern[str], shortest: int, longest: int) -> None:
    if not allowed.fullmatch(text):
        raise InvalidField(field, "characters")
    if not shortest <= len(text) <= longest:
        raise InvalidField(field, "length")


def _birth_date(digits: str) -> str:
    return _CENTURY[digits[6]] + digits[:6]
