"""Tables of ready pieces of text, and the sheet that puts cells together from them."""

from functools import cache

import numpy as np
import polars as pl

from breachdesk.synth._random import Dice, Indices, Ints, Mask

PADS = pl.Series(["", " ", "  ", "\u3000"])
GAPS = pl.Series([None] * 37 + [" ", "  ", "\u3000"], dtype=pl.String)
HYPHENS = pl.Series(["-", "", " ", "－", " - "])
_WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}

PHONE_PREFIXES = (
    *("10", "11", "16", "17", "18", "19"),
    *("2", "31", "32", "33", "41", "42", "43", "44", "51", "52", "53", "54", "55", "61", "62"),
    *("63", "64"),
)
PHONE_STYLES = (
    # of 1000, before the prefix, between, before the last four
    (560, "0", "-", "-"),
    (215, "0", "", ""),
    (45, "+82 ", " ", " "),
    (40, "", "-", "-"),
    (25, "", "", ""),
    (70, "0", ".", "."),
    (20, "(0", ")", "-"),
    (15, "０", "－", "－"),
    (10, "+82-", "-", "-"),
)
WIDE_PHONE_STYLE = 7


def wide(text: str) -> str:
    """Return the text with full-width digits."""
    return text.translate(_WIDE)


@cache
def digits(count: int) -> pl.Series:
    """Return all numbers of so many digits, in ASCII and then in full-width digits."""
    plain = [str(number).zfill(count) for number in range(10**count)]
    return pl.Series(plain + [wide(text) for text in plain])


@cache
def phone_middles() -> pl.Series:
    """Return `digits(4)`, then `digits(3)`."""
    return pl.concat([digits(4), digits(3)])


@cache
def masked_digits() -> pl.Series:
    """Return `digits(4)`, then two things that make a number unreadable."""
    return pl.concat([digits(4), pl.Series(["****", ""])])


@cache
def phone_starts() -> pl.Series:
    """Return what stands before the exchange, for each style and prefix."""
    starts = []
    for style, (_, before, between, _after) in enumerate(PHONE_STYLES):
        for prefix in PHONE_PREFIXES:
            shown = wide(prefix) if style == WIDE_PHONE_STYLE else prefix
            starts.append(before + shown + between)
    return pl.Series(starts)


@cache
def expiries() -> pl.Series:
    """Return expiry dates of seven years from 2013, each in five styles."""
    months = [(2013 + number // 12, number % 12 + 1) for number in range(84)]
    return pl.Series(
        [
            style.format(year=year, short=year % 100, month=month)
            for year, month in months
            for style in (
                "{month:02}/{short:02}",
                "{month:02}{short:02}",
                "{year}-{month:02}",
                "{year}{month:02}",
                "{short:02}년 {month:02}월",
            )
        ]
    )


@cache
def flats() -> pl.Series:
    """Return what can follow the number of a house."""
    plain = [""] * 400
    flat = [f", {101 + n % 17}동 {1 + n // 17 % 25}0{1 + n % 4}호" for n in range(800)]
    quarter = [
        f" {name}아파트 {1 + n}동" for n in range(20) for name in ("한마음", "무지개", "푸른")
    ]
    villa = [f" {1 + n}층" for n in range(6)]
    return pl.Series(plain + flat + quarter + villa)


@cache
def houses() -> pl.Series:
    """Return numbers of houses and of plots."""
    return pl.Series(
        [str(number) for number in range(1, 400)]
        + [f"{number}-{part}" for number in range(3, 300, 3) for part in (1, 2, 7)]
    )


class Sheet:
    """Cells put together from pieces of tables, all columns in one go of Polars."""

    def __init__(self, dice: Dice, record: Ints) -> None:
        self._dice, self._record = dice, record
        self._columns: dict[str, Indices | Mask] = {}
        self._cells: dict[str, pl.Expr] = {}

    def piece(self, table: pl.Series, index: Ints) -> pl.Expr:
        """Return the entries of a table at the indices."""
        name = f"index {len(self._columns)}"
        self._columns[name] = index.astype(np.uint32)
        return pl.lit(table).gather(pl.col(name))

    def pad(self, purpose: str, per_mille: float) -> pl.Expr:
        """Return stray blanks in so many of a thousand rows, and nothing in the others."""
        return self.piece(PADS, self.odd(purpose, per_mille, len(PADS) - 1))

    def odd(self, purpose: str, per_mille: float, kinds: int) -> Ints:
        """Return 1 to `kinds` for so many of a thousand rows, 0 for the others."""
        some = self._dice.chance(purpose, self._record, per_mille)
        which = 1 + self._dice.below(f"{purpose}, which", self._record, kinds)
        return np.where(some, which, 0).astype(np.uint64)

    def add(self, item: str, filled: Mask, *pieces: pl.Expr) -> None:
        """Add a column: the pieces in a row where filled, else nothing or blanks."""
        gap = self.piece(GAPS, self._dice.below(f"gap {item}", self._record, len(GAPS)))
        name = f"filled {item}"
        self._columns[name] = filled
        cell = pl.concat_str(*pieces) if len(pieces) > 1 else pieces[0]
        self._cells[item] = pl.when(pl.col(name)).then(cell).otherwise(gap)

    def frame(self) -> pl.DataFrame:
        """Return the columns that were added, under their item codes."""
        return pl.DataFrame(self._columns).select(**self._cells)
