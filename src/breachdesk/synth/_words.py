"""The word lists in data/ as tables to draw from."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from breachdesk.synth._random import Ints


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words and the running sums of their weights."""

    words: pl.Series
    cumulative: Ints


@dataclass(frozen=True, slots=True)
class Names:
    """First and second parts of names: Korean surname and given name, or Latin ones.

    `first` holds the surnames, then Latin family names in capitals, then the same with one
    capital each. `second` holds male, female, and Latin given names, the Latin ones twice too.
    `roman` runs along `first`. The pairs are (start, count) within `second` or `first`.
    """

    first: pl.Series
    roman: pl.Series
    second: pl.Series
    surnames: Ints
    male: tuple[int, int]
    female: tuple[int, int]
    latin_groups: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    latin_first_count: int
    latin_second_count: int


def _lines(name: str) -> list[list[str]]:
    text = files(__package__).joinpath("data", name).read_text("utf-8")
    return [line.split(" ") for line in text.splitlines() if line and not line.startswith("#")]


def _sums(weights: list[int]) -> Ints:
    return np.cumsum(np.array(weights, dtype=np.uint64))


def _weighted(name: str, kind: str) -> Weighted:
    rows = [row for row in _lines(name) if row[0] == kind]
    words = pl.Series([" ".join(row[2:]) for row in rows])
    return Weighted(words, _sums([int(row[1]) for row in rows]))


@cache
def services() -> Weighted:
    """Return the subscribed services."""
    return _weighted("services.txt", "service")


@cache
def plans() -> Weighted:
    """Return the rate plans."""
    return _weighted("services.txt", "plan")


@cache
def districts() -> Weighted:
    """Return the districts by inhabitants."""
    return _weighted("places.txt", "district")


@cache
def streets() -> pl.Series:
    """Return road and neighbourhood names."""
    return pl.Series([row[1] for row in _lines("places.txt") if row[0] == "street"])


@cache
def names() -> Names:
    """Return the parts of names."""
    surnames = _lines("surnames.txt")
    given = {row[0]: row[1:] for row in _lines("given.txt")}
    male, female = _given(given, "male"), _given(given, "female")
    families, callings, groups = _latin(len(surnames), len(male) + len(female))
    first = [row[0] for row in surnames] + families + [_capital(word) for word in families]
    roman = [row[1] for row in surnames] + [_letters(word) for word in families] * 2
    second = male + female + callings + [_capital(word) for word in callings]
    return Names(
        first=pl.Series(first),
        roman=pl.Series(roman),
        second=pl.Series(second),
        surnames=_sums([int(row[2]) for row in surnames]),
        male=(0, len(male)),
        female=(len(male), len(female)),
        latin_groups=groups,
        latin_first_count=len(families),
        latin_second_count=len(callings),
    )


def _given(rows: dict[str, list[str]], sex: str) -> list[str]:
    """Return given names, interleaved so that the first of the list are not all alike."""
    firsts, seconds = rows[f"{sex}.first"], rows[f"{sex}.second"]
    pairs = [
        first + seconds[(place + shift) % len(seconds)]
        for shift in range(len(seconds))
        for place, first in enumerate(firsts)
        if first != seconds[(place + shift) % len(seconds)]
    ]
    return [name for name in pairs if name not in rows["never"]] + rows[f"{sex}.whole"]


def _latin(
    first_start: int, second_start: int
) -> tuple[list[str], list[str], tuple[tuple[tuple[int, int], tuple[int, int]], ...]]:
    rows = {row[0]: row[1:] for row in _lines("foreign.txt")}
    families: list[str] = []
    callings: list[str] = []
    groups = []
    for group in ("nguyen", "world"):
        family, given = rows[f"{group}.family"], rows[f"{group}.given"]
        groups.append(
            (
                (first_start + len(families), len(family)),
                (second_start + len(callings), len(given)),
            )
        )
        families += family
        callings += [name.replace("-", " ") for name in given]
    return families, callings, tuple(groups)


def _capital(word: str) -> str:
    return " ".join(part.capitalize() for part in word.split(" "))


def _letters(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalpha())
