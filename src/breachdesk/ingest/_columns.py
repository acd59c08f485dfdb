"""Canonical forms of whole columns (PROTOCOL section 3).

Each field has a fast path in Polars for the spellings that nearly all cells have: characters to
drop, and a pattern that proves that the rest is canonical but for case or a prefix. A cell that it
does not cover goes to `identifiers.canonical`, once for each distinct text, which also gives the
verdict on every cell that is not well-formed. A property test holds the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from breachdesk.identifiers import NATIONAL, InvalidField, canonical

_MAX_BYTES: Final = 256  # so that no cell is too long (3.1), whatever its characters
_MM_DD: Final = (
    "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
"""Month and day of every year: 29 February is left to `identifiers`."""


@dataclass(frozen=True, slots=True)
class Column:
    """`value` (Binary) is null where `error` (String) is `missing` or `invalid`."""

    value: pl.Series = field(repr=False)
    error: pl.Series = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Fast:
    """Which cells are covered: without `dropped` they match `shape` and are `finish`ed."""

    dropped: tuple[str, ...]
    shape: str
    finish: Callable[[pl.Expr], pl.Expr] = lambda text: text


def _name_length(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_chars().is_between(2, 60)).then(_lower(text))


def _lower(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase()


def _phone(text: pl.Expr) -> pl.Expr:
    return "+82" + text.str.strip_prefix("+82").str.strip_prefix("0")


def _short_email(text: pl.Expr) -> pl.Expr:
    """At most 64 bytes, so no part of it is too long."""
    return pl.when(text.str.len_bytes() <= 64).then(_lower(text))


_FAST: Final = {
    "name": _Fast((" ",), "^(?:[가-힣]+|[A-Za-z]+)$", _name_length),
    "birth_date": _Fast((), f"^(?:1[89][89][0-9]|19[0-7][0-9]|20[0-9]{{2}}){_MM_DD}$"),
    "phone": _Fast(("-", " ", "."), f"^(?:\\+82)?0?(?:{NATIONAL})$", _phone),
    "email": _Fast(
        (),
        "^[A-Za-z0-9._+-]+@(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\\.)+[A-Za-z]+$",
        _short_email,
    ),
    "rrn": _Fast(("-", " "), f"^(?:[0-9]{{2}}{_MM_DD}[1-8]|[89][0-9]{_MM_DD}[09])[0-9]{{6}}$"),
    "customer_number": _Fast(("-", " ", "."), "^[A-Za-z0-9]{1,32}$", _lower),
    "bank_account": _Fast(("-", " ", "."), "^[0-9]{6,20}$"),
}


def canonical_column(name: str, cells: pl.Series) -> Column:
    """Return the canonical form of every cell. `cells` are String without nulls."""
    fast = _covered(name, cells)
    slow = fast.is_null() & (cells != "")
    error = pl.Series("error", [None], dtype=pl.String).new_from_index(0, len(cells))
    error = error.zip_with(cells != "", pl.Series(["missing"]).new_from_index(0, len(cells)))
    if not slow.any():
        return Column(fast.cast(pl.Binary), error)
    where = slow.arg_true()
    table = _verdicts(name, cells.gather(where))
    return Column(
        fast.cast(pl.Binary).scatter(where, table["value"]),
        error.scatter(where, table["error"]),
    )


def _covered(name: str, cells: pl.Series) -> pl.Series:
    """Return what the fast path finds, null where it does not apply."""
    fast = _FAST.get(name)
    if fast is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(cells))
    text = pl.col("text")
    stripped = text.str.strip_chars(" ")
    for character in fast.dropped:
        stripped = stripped.str.replace_all(character, "", literal=True)
    frame = (
        cells.to_frame("text")
        .lazy()
        .select(short=text.str.len_bytes() <= _MAX_BYTES, text=stripped)
    )
    covered = pl.col("short") & text.str.contains(fast.shape)
    return (
        frame.select(pl.when(covered).then(text).alias("text"))
        .select(fast.finish(text).alias("text"))
        .collect()
        .to_series()
    )


def _verdicts(name: str, cells: pl.Series) -> pl.DataFrame:
    """Ask `identifiers` once for each distinct text."""
    distinct = cells.unique()
    pairs = [_verdict(name, text) for text in distinct]
    table = pl.DataFrame(
        {
            "text": distinct,
            "value": pl.Series([value for value, _ in pairs], dtype=pl.Binary),
            "error": pl.Series([error for _, error in pairs], dtype=pl.String),
        }
    )
    return cells.to_frame("text").join(table, on="text", how="left", maintain_order="left")


def _verdict(name: str, text: str) -> tuple[bytes | None, str | None]:
    try:
        return canonical(name, text), None
    except InvalidField as invalid:
        return None, "missing" if invalid.reason == "empty" else "invalid"
