"""Sums of money as people write them."""

import re
import unicodedata
from typing import Final

_UNITS: Final = {"억": 10**8, "만": 10**4, "천": 10**3, "": 1}
_PART: Final = re.compile(r"(\d+)(억|만|천)?", re.ASCII)
_WHOLE: Final = re.compile(r"(?:\d+(?:억|만|천)?)+", re.ASCII)
#: A sum above this is a slip of the finger: a hundred times a year's budget of the country.
MOST_WON: Final = 10**17


def won(typed: str) -> int:
    """Won, from `3,000,000`, `300만 원`, `1억 2천만`, also in full-width digits.

    Raises `ValueError`.
    """
    folded = unicodedata.normalize("NFKC", typed).replace("₩", "").replace("원", "")
    text = re.sub(r"[\s,.]", "", folded).removesuffix("won").removesuffix("krw")
    text = text.replace("천만", "000만").replace("백만", "00만")
    if not _WHOLE.fullmatch(text):
        raise ValueError("not a sum of money")
    total = sum(int(digits) * _UNITS[unit] for digits, unit in _PART.findall(text))
    if total > MOST_WON:
        raise ValueError("too much money")
    return total
