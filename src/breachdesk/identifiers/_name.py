"""Names (PROTOCOL section 3.3)."""

import re
from typing import Final

from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

_LATIN: Final = """
    a a a a a a ae c e e e e i i i i
    d n o o o o o - o u u u u y th ss
    a a a a a a ae c e e e e i i i i
    d n o o o o o - o u u u u y th y
    a a a a a a c c c c c c c c d d
    d d e e e e e e e e e e g g g g
    g g g g h h h h i i i i i i i i
    i i ij ij j j k k k l l l l l l l
    l l l n n n n n n n ng ng o o o o
    o o oe oe r r r r r r s s s s s s
    s s t t t t t t u u u u u u u u
    u u u u w w y y y z z z z z z s
"""
"""What U+00C0 to U+017F become, in order; `-` has no equivalent."""

_INVALID: Final = "\ufffd"
_DROPPED: Final = " -'.,"
_REPERTOIRE: Final = re.compile("[a-z\uac00-\ud7a3\u3400-\u4dbf\u4e00-\u9fff]+")
_JAMO: Final = re.compile("[\u1161-\u1175\u11a8-\u11c2]")

_L, _L_LAST = 0x1100, 0x1112
_V, _V_LAST, _V_COUNT = 0x1161, 0x1175, 21
_T, _T_FIRST, _T_LAST, _T_COUNT = 0x11A7, 0x11A8, 0x11C2, 28
_S, _S_LAST = 0xAC00, 0xD7A3


def _table() -> dict[int, str]:
    """Return what `str.translate` does for step 1."""
    table = dict.fromkeys(range(0x0300, 0x0370), "")
    for point, letters in enumerate(_LATIN.split(), 0x00C0):
        table[point] = _INVALID if letters == "-" else letters
    return table | dict.fromkeys(map(ord, _DROPPED), "")


_TABLE: Final = _table()


def name(text: str) -> bytes:
    """Return the canonical name in UTF-8, 2 to 60 code points. Raises InvalidField."""
    letters = fold("name", text).translate(_TABLE)
    if _JAMO.search(letters):
        letters = _compose(letters)
    if not letters:
        raise InvalidField("name", "empty")
    if not _REPERTOIRE.fullmatch(letters):
        raise InvalidField("name", "characters")
    if not 2 <= len(letters) <= 60:
        raise InvalidField("name", "length")
    return letters.encode()


def _compose(letters: str) -> str:
    """Compose conjoining jamo (step 2)."""
    written: list[int] = []
    for point in map(ord, letters):
        last = written[-1] if written else 0
        if _L <= last <= _L_LAST and _V <= point <= _V_LAST:
            written[-1] = _S + ((last - _L) * _V_COUNT + (point - _V)) * _T_COUNT
        elif _S <= last <= _S_LAST and (last - _S) % _T_COUNT == 0 and _T_FIRST <= point <= _T_LAST:
            written[-1] = last + (point - _T)
        else:
            written.append(point)
    return "".join(map(chr, written))
