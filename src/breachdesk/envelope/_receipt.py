"""Receipt numbers: 16 digits, the last a check digit (Luhn: ISO/IEC 7812-1 annex B).

A receipt is derived from the random key of the form that was sent, so that the same form sent
twice is answered with the same receipt, and nobody has to store it.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from breachdesk.envelope.errors import ReceiptError

RECEIPT_DIGITS: Final = 16
#: The service's salt: random, kept in the data folder and never in the database, so that receipts
#: cannot be tried out on a stolen database.
SALT_BYTES: Final = 32
_RANDOM_BYTES: Final = 32
_SALT: Final = b"breachdesk/receipt/v1"
# RFC 7914 section 2. 16 MiB and some 50 ms a try.
_N, _R, _P = 1 << 14, 8, 1
_MOST_MEMORY: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt opens: 32 bytes that find its case, 32 that unwrap the case key."""

    lookup_id: bytes
    wrap_key: bytes = field(repr=False)


def receipt_from(random: bytes) -> str:
    """16 digits from at least 32 random bytes; the same bytes give the same digits."""
    if len(random) < _RANDOM_BYTES:
        raise ReceiptError("a receipt is made from 32 random bytes or more")
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=b"digits")
    payload = f"{int.from_bytes(hkdf.derive(random)) % 10**15:015}"
    return payload + _check_digit(payload)


def grouped(digits: str) -> str:
    """As people read it: 4-4-4-4."""
    return "-".join(digits[start : start + 4] for start in range(0, RECEIPT_DIGITS, 4))


def normalise(typed: str) -> str:
    """The 16 digits of what was typed: blanks, hyphens and full-width digits are no matter.

    Raises `ReceiptError` for another length or a check digit that does not fit.
    """
    folded = unicodedata.normalize("NFKC", typed)
    digits = "".join(one for one in folded if not one.isspace() and one not in "-‐‑‒–—−.")
    if len(digits) != RECEIPT_DIGITS or not digits.isascii() or not digits.isdigit():
        raise ReceiptError("a receipt number has 16 digits")
    if _check_digit(digits[:-1]) != digits[-1]:
        raise ReceiptError("a digit of the receipt number is mistyped")
    return digits


def stretch(digits: str, salt: bytes) -> ReceiptKeys:
    """The keys of a receipt of this service. Slow on purpose."""
    out = hashlib.scrypt(
        digits.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MOST_MEMORY, dklen=64
    )
    return ReceiptKeys(out[:32], out[32:])


def _check_digit(payload: str) -> str:
    total = 0
    for place, character in enumerate(reversed(payload)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
