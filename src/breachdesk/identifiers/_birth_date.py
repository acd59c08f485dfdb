"""Birth dates, also those inside resident registration numbers (PROTOCOL 3.4 and 3.7)."""

import re
from calendar import monthrange
from typing import Final

from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2099

_FORMS: Final = (
    "(?P<y>Y) *[-./] *(?P<m>[0-9]{1,2}) *[-./] *(?P<d>[0-9]{1,2}) *\\.?",
    "(?P<y>Y) +(?P<m>[0-9]{1,2}) +(?P<d>[0-9]{1,2})",
    "(?P<y>Y) *년 *(?P<m>[0-9]{1,2}) *월 *(?P<d>[0-9]{1,2}) *일?",
)


def _patterns(year: str, digits: str) -> tuple[re.Pattern[str], ...]:
    spaced = (re.compile(form.replace("Y", year)) for form in _FORMS)
    return (re.compile(digits), *spaced)


_DATES: Final = _patterns("[0-9]{4}", "(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_NO_CENTURY: Final = _patterns("[0-9]{2}", "[0-9]{6}")


def birth_date(text: str) -> bytes:
    """Return the canonical date, `YYYYMMDD`. Raises InvalidField."""
    folded = fold("birth_date", text)
    for pattern in _DATES:
        if found := pattern.fullmatch(folded):
            year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
            check_date("birth_date", year, month, day)
            return b"%04d%02d%02d" % (year, month, day)
    if any(pattern.fullmatch(folded) for pattern in _NO_CENTURY):
        raise InvalidField("birth_date", "century")
    raise InvalidField("birth_date", "format")


def check_date(field: str, year: int, month: int, day: int) -> None:
    """Raise InvalidField `date` unless this is a date of the calendar in 1880 to 2099."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise InvalidField(field, "date")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise InvalidField(field, "date")
