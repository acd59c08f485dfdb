"""The fold that every field starts with (PROTOCOL section 3.1)."""

from typing import Final

from breachdesk.identifiers.errors import InvalidField

MAX_CODE_POINTS: Final = 256

_BLANKS: Final = (
    (0x0009, 0x000D), (0x0020, 0x0020), (0x0085, 0x0085), (0x00A0, 0x00A0), (0x1680, 0x1680),
    (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)  # fmt: skip
_INVISIBLES: Final = (
    (0x00AD, 0x00AD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip
_DASHES: Final = (
    (0x2010, 0x2015), (0x2043, 0x2043), (0x2212, 0x2212), (0xFE58, 0xFE58), (0xFE63, 0xFE63),
)  # fmt: skip
_APOSTROPHES: Final = (0x0060, 0x00B4, 0x02BC, 0x2018, 0x2019)
_MIDDLE_DOTS: Final = (0x00B7, 0x318D, 0x30FB, 0xFF65)


def _code_points(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    return [point for first, last in ranges for point in range(first, last + 1)]


def _table() -> dict[int, str]:
    """Return what `str.translate` does for steps 1 to 7."""
    table = {point: chr(point + 0x20) for point in range(ord("A"), ord("Z") + 1)}
    table.update(dict.fromkeys(_code_points(_BLANKS), " "))
    table.update(dict.fromkeys(_code_points(_INVISIBLES), ""))
    table.update(dict.fromkeys(_code_points(_DASHES), "-"))
    table.update(dict.fromkeys(_APOSTROPHES, "'"))
    table.update(dict.fromkeys(_MIDDLE_DOTS, "."))
    for wide in range(0xFF01, 0xFF5F):
        narrow = wide - 0xFEE0
        table[wide] = table.get(narrow, chr(narrow))
    return table


_TABLE: Final = _table()

EMPTY_CODE_POINTS: Final = "".join(map(chr, _code_points(_BLANKS) + _code_points(_INVISIBLES)))
"""Every code point that the fold drops or turns into U+0020: a text of only these is blank."""


def fold(field: str, text: str) -> str:
    """Return the folded text, never empty. Raises InvalidField naming `field`."""
    if len(text) > MAX_CODE_POINTS:
        raise InvalidField(field, "too-long")
    if not text.isascii() and any("\ud800" <= point <= "\udfff" for point in text):
        raise InvalidField(field, "characters")
    folded = text.translate(_TABLE).strip(" ")
    if not folded:
        raise InvalidField(field, "empty")
    return folded
