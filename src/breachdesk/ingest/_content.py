"""What a column's cells read as."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

import polars as pl
from stdnum import luhn
from stdnum.kr import rrn

from breachdesk.identifiers import FIELDS
from breachdesk.ingest._columns import canonical_column
from breachdesk.ingest._source import LOST

MIN_SHARE: Final = 0.5
"""At least this share of the cells that are not blank must be well-formed."""

_BY_TELLING: Final = (
    "rrn",
    "card_number",
    "email",
    "ip_address",
    "password_hash",
    "usim_number",
    "birth_date",
    "phone",
    "address",
    "sex",
    "card_expiry",
    "name",
    "bank_account",
    "customer_number",
)
"""The items by how much it says that a text reads as them."""

_LIKE: Final = {
    "ip_address": r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$|^[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}$",
    "password_hash": r"^(?:\{[A-Z0-9]+\}|\$(?:2[aby]|5|6|argon2id?|pbkdf2)[^ ]*\$)[^ ]+$"
    r"|^[0-9a-f]{32}$|^[0-9A-F]{32}$|^[0-9a-fA-F]{40}$|^[0-9a-fA-F]{64}$|^[0-9a-fA-F]{128}$",
    "usim_number": r"^89[0-9]{16,18}[0-9fF]?$",
    "address": r"(?:시|도|군|구)\s?.{0,20}(?:읍|면|동|리|로|길|가)\s?.{0,6}[0-9]"
    r"|\b(?:-si|-do|-gu|-gun|-ro|-gil|-dong)\b.*[0-9]|[0-9].*(?:-ro|-gil|-dong|street|road)\b",
    "sex": r"^(?:남|여|남자|여자|남성|여성|[MFmf]|male|female|Male|Female)$",
    "card_expiry": r"^(?:0[1-9]|1[0-2])\s?[/.-]\s?(?:20)?[0-9]{2}$"
    r"|^20[0-9]{2}[/.-](?:0[1-9]|1[0-2])$",
}
_SURNAMES: Final = (
    "^(?:남궁|황보|제갈|선우|독고|사공|서문|동방|[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허"
    "남심노하곽성차주우구나민류진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어"
    "은편용예경봉사부리림련로렴])"
)
_CHECK_DIGITS: Final[dict[str, Callable[[str], bool]]] = {
    "rrn": rrn.is_valid,
    "card_number": luhn.is_valid,
}
_BANKS: Final = {
    "6-2-6": "KB Kookmin or the post office",
    "3-3-6": "Shinhan or K bank",
    "4-3-6": "Woori",
    "3-6-5": "Hana",
    "3-4-4-2": "NH Nonghyup",
    "3-6-2-3": "IBK",
    "4-2-7": "KakaoBank",
    "4-4-4": "Toss Bank",
    "3-2-6": "SC First",
}
"""The groups that banks write their account numbers in: a hint, since several share a form."""


def share_of(code: str, cells: pl.Series) -> float | None:
    """Return the share of non-blank cells that are well-formed for the field.

    None for an item that has no canonical form, and for a column of blanks.
    """
    if code not in FIELDS or not FIELDS[code].typed:
        return None
    result = canonical_column(code, cells)
    filled = len(cells) - int((result.error == "missing").sum())
    return (len(cells) - result.value.null_count()) / filled if filled else None


def readings(cells: pl.Series) -> tuple[str, ...]:
    """Return the items that most of the cells read as, the most telling first."""
    return tuple(code for code in _BY_TELLING if likeness(code, cells) >= MIN_SHARE)


def likeness(code: str, cells: pl.Series) -> float:
    """Return the share of non-blank cells that read as the item."""
    if code in _LIKE:
        return _share(cells.filter(cells != "").str.strip_chars(), _LIKE[code])
    share = share_of(code, cells) or 0.0
    if code != "name" or share < MIN_SHARE:
        return share
    korean = cells.filter(cells.str.contains("[가-힣]")).str.strip_chars()
    return share if korean.is_empty() else min(share, _share(korean, _SURNAMES))


def banks_of(cells: pl.Series) -> tuple[str, ...]:
    """Return the banks that write account numbers as most of these cells are written."""
    shapes = Counter(
        "-".join(str(len(part)) for part in text.split("-"))
        for text in cells.str.strip_chars()
        if re.fullmatch("[0-9]+(?:-[0-9]+)+", text)
    )
    total = shapes.total()
    common = [shape for shape, count in shapes.most_common() if 10 * count >= total]
    return tuple(_BANKS[shape] for shape in common if shape in _BANKS)


def lost_in(cells: pl.Series) -> int:
    """Return how many cells hold numbers whose last digits the file does not have."""
    return int((cells == LOST).sum())


def check_digit_share(code: str, cells: pl.Series) -> float | None:
    """Return the share of well-formed cells whose check digit is right.

    A hint for people only: RRNs issued since October 2020 have no valid one. None for items
    without check digits, and if no cell is well-formed.
    """
    if code not in _CHECK_DIGITS:
        return None
    values = canonical_column(code, cells).value.drop_nulls()
    right = sum(_CHECK_DIGITS[code](value.decode()) for value in values)
    return right / len(values) if len(values) else None


def _share(cells: pl.Series, pattern: str) -> float:
    return float(cells.str.contains(pattern).sum()) / len(cells) if len(cells) else 0.0
