"""Days as people write them."""

import re
import unicodedata
from datetime import date
from typing import Final

_YEAR_FIRST: Final = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*", re.ASCII)
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def day(typed: str) -> date:
    """A day, from `2026-11-24` (what a date field sends), `2026. 11. 24.`, `2026년 11월 24일`.

    Raises `ValueError`.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    found = _DIGITS.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if found is None:
        raise ValueError("not a day")
    year, month, number = map(int, found.groups())
    return date(year, month, number)
