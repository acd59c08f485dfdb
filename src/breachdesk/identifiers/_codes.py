"""Codes that people type from a message or a letter (PROTOCOL sections 3.10 and 4.5)."""

import base64
import hmac
import re
from collections.abc import Iterable
from struct import pack
from typing import Final

from stdnum.iso7064 import mod_37_36

from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of letter and desk codes: value 0 to 31, without I, L, O and U."""

LETTER_ID_LENGTH: Final = 8

_CODE_LENGTH: Final = 16
_ONE_TIME_LENGTH: Final = 8
_SEPARATORS: Final = str.maketrans("", "", " -.")
_SEPARATORS_OF_DIGITS: Final = str.maketrans("", "", " -")
_UPPER: Final = {point: chr(point - 0x20) for point in range(ord("a"), ord("z") + 1)}
_ALIKE: Final = str.maketrans("OIL", "011")
_CHARACTERS: Final = re.compile(f"[{CODE_ALPHABET}]*")
_FROM_RFC_4648: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", CODE_ALPHABET.encode())
_DIGITS: Final = re.compile("[0-9]*")


def letter_code(text: str) -> str:
    """Return the 16 characters of a letter's or the desk's code. Raises InvalidField `code`."""
    code = fold("code", text).translate(_SEPARATORS).translate(_UPPER).translate(_ALIKE)
    if len(code) != _CODE_LENGTH:
        raise InvalidField("code", "length")
    if not _CHARACTERS.fullmatch(code):
        raise InvalidField("code", "characters")
    if not mod_37_36.is_valid(code, CODE_ALPHABET):
        raise InvalidField("code", "checksum")
    return code


def one_time_code(text: str) -> str:
    """Return the 8 digits of a one-time code. Raises InvalidField `code`."""
    code = fold("code", text).translate(_SEPARATORS_OF_DIGITS)
    if not _DIGITS.fullmatch(code):
        raise InvalidField("code", "characters")
    if len(code) != _ONE_TIME_LENGTH:
        raise InvalidField("code", "length")
    return code


def with_check_character(payload: str) -> str:
    """Return 15 characters of the alphabet and the check character (ISO/IEC 7064).

    Raises ValueError for what is no such payload.
    """
    if len(payload) != _CODE_LENGTH - 1 or not _CHARACTERS.fullmatch(payload):
        raise ValueError("a code is 15 characters of the alphabet and a check character")
    return payload + mod_37_36.calc_check_digit(payload, CODE_ALPHABET)


def letter_id(letter_key: bytes, incident: int, subject_id: bytes) -> str:
    """Return the 8 characters by which a subject's letter is known (4.5)."""
    return letter_ids(letter_key, incident, (subject_id,))[0].decode()


def letter_ids(letter_key: bytes, incident: int, subject_ids: Iterable[bytes]) -> list[bytes]:
    """Return the letter ids of many subjects, in order, as addresses (4.4) have them."""
    label, digest = b"breachdesk/letter/v1" + pack(">H", incident), hmac.digest
    first = b"".join(digest(letter_key, label + one, "sha256")[:5] for one in subject_ids)
    text = base64.b32encode(first).translate(_FROM_RFC_4648)
    return [text[start : start + 8] for start in range(0, len(text), 8)]


def letter_code_of(letter_key: bytes, epoch: int, letter_id: str) -> str:
    """Return the code that the letter carries: id, 7 characters, check character (4.5)."""
    message = b"breachdesk/letter-code/v1" + pack(">I", epoch) + letter_id.encode()
    digest = hmac.digest(letter_key, message, "sha256")
    tail = base64.b32encode(digest[:5]).translate(_FROM_RFC_4648)[:7].decode()
    return with_check_character(letter_id + tail)


def is_letter_id(text: str) -> bool:
    """Return whether a text is 8 characters of the alphabet."""
    return len(text) == LETTER_ID_LENGTH and _CHARACTERS.fullmatch(text) is not None
