"""Show how the cells of a column are written without showing what they say.

No value can be recovered from a mask: a name keeps its first syllable, a mobile number its prefix
and two digits, all else only its shape.
"""

import re
from collections import Counter
from typing import Final

import polars as pl

from breachdesk.ingest._source import LOST

_MOBILE: Final = re.compile(r"(01[016789])([-. ]?)([0-9]{3,4})([-. ]?)([0-9]{2})([0-9]{2})")
_NAME: Final = re.compile("([가-힣])([가-힣]{2,3})")
_LONGEST: Final = 40
_SAMPLED: Final = 1_000
_SHOWN: Final = 3


def masked_samples(code: str | None, cells: pl.Series) -> tuple[str, ...]:
    """Return a few masks of cells, those of the most frequent shapes first."""
    first_of_shape: dict[str, str] = {}
    shapes: Counter[str] = Counter()
    kept = cells.head(_SAMPLED)
    for text in filter(None, map(str.strip, kept.filter(kept != LOST))):
        shape = _shape(text)
        shapes[shape] += 1
        first_of_shape.setdefault(shape, mask(code, text))
    return tuple(first_of_shape[shape] for shape, _ in shapes.most_common(_SHOWN))


def mask(code: str | None, text: str) -> str:
    """Return the mask of one cell that holds the item, None if it is not known which."""
    if code == "phone" and (mobile := _MOBILE.fullmatch(text)):
        prefix, dash, middle, second_dash, kept, _ = mobile.groups()
        return f"{prefix}{dash}{'*' * len(middle)}{second_dash}{kept}**"
    if code == "name" and (name := _NAME.fullmatch(text)):
        return name[1] + _shape(name[2])
    return _shape(text)


def _shape(text: str) -> str:
    return "".join(map(_masked, text[:_LONGEST])) + "…" * (len(text) > _LONGEST)


def _masked(character: str) -> str:
    if not character.isascii():
        return "○"
    if character.isalnum():
        return "*"
    return character if character.isprintable() else " "
