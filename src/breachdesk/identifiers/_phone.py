"""Telephone numbers (PROTOCOL section 3.5)."""

import re
from typing import Final

from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

_DROPPED: Final = str.maketrans("", "", " -.()/")
_CHARACTERS: Final = re.compile(r"\+?[0-9]*")
_INTERNATIONAL: Final = re.compile("[1-9][0-9]{7,14}")

NATIONAL: Final = (
    "10[0-9]{8}"
    "|1[16789][0-9]{7,8}"
    "|2[0-9]{7,8}"
    "|(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])[0-9]{7,8}"
    "|70[0-9]{8}"
    "|50[2-8][0-9]{7,8}"
)
"""A Korean number without its leading zero: mobile, fixed, virtual (step 3)."""
_NATIONAL: Final = re.compile(NATIONAL)


def phone(text: str) -> bytes:
    """Return `+` and the digits of the international number. Raises InvalidField."""
    number = fold("phone", text).translate(_DROPPED)
    if not number:
        raise InvalidField("phone", "empty")
    if not _CHARACTERS.fullmatch(number):
        raise InvalidField("phone", "characters")
    international = _international(number)
    if international is None:
        return _korean(_national(number))
    if international.startswith("82"):
        return _korean(_without_country(international))
    if not _INTERNATIONAL.fullmatch(international):
        raise InvalidField("phone", "length")
    return b"+" + international.encode()


def _international(number: str) -> str | None:
    """Return what follows `+` or `00` (step 1), None if neither is there."""
    for prefix in ("+", "00"):
        if number.startswith(prefix):
            return number.removeprefix(prefix)
    return None


def _national(number: str) -> str:
    """Return the national number of one written without a prefix (step 2)."""
    if number.startswith("0"):
        return number[1:]
    return _without_country(number) if number.startswith("82") else number


def _without_country(number: str) -> str:
    return number.removeprefix("82").removeprefix("0")


def _korean(national: str) -> bytes:
    if not _NATIONAL.fullmatch(national):
        raise InvalidField("phone", "format")
    return b"+82" + national.encode()
