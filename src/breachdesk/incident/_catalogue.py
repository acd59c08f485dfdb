"""The closed catalogue of items that can leak, with advice and help routes."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from breachdesk.incident._text import Text


@dataclass(frozen=True, slots=True)
class HelpRoute:
    """A place that helps. `secondary`: known at second hand only, to be confirmed."""

    id: str
    need: Text
    where: Text
    phone: str | None
    url: str | None
    source: str
    checked: date
    secondary: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """One step that takes minutes. `help` is the id of the help route it leads to, if any."""

    id: str
    text: Text
    help: str | None
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of information. `bit` is its place in sealed entries; `urgency` 1 is shown first.

    `advice` has the most useful step first. `headers` are column names that mean this item.
    """

    code: str
    bit: int
    label: Text
    advice: tuple[Advice, ...]
    urgency: int
    headers: tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("catalogue", name).read_text("utf-8"))


def _help_route(row: dict[str, Any]) -> HelpRoute:
    return HelpRoute(
        id=row["id"],
        need=Text(**row["need"]),
        where=Text(**row["where"]),
        phone=row.get("phone"),
        url=row.get("url"),
        source=row["source"],
        checked=row["checked"],
        secondary=row.get("secondary", False),
    )


def _advice(key: str, row: dict[str, Any]) -> Advice:
    text = Text(row["ko"], row["en"])
    return Advice(key, text, row.get("help"), row["source"], row["checked"])


def _items() -> dict[str, Item]:
    steps = {key: _advice(key, row) for key, row in _read("advice.toml").items()}
    items = [
        Item(
            code=code,
            bit=row["bit"],
            label=Text(**row["label"]),
            advice=tuple(steps[key] for key in row["advice"]),
            urgency=row["urgency"],
            headers=tuple(row["headers"]),
        )
        for code, row in _read("items.toml").items()
    ]
    return {item.code: item for item in sorted(items, key=lambda item: item.bit)}


HELP: Mapping[str, HelpRoute] = MappingProxyType(
    {row["id"]: _help_route(row) for row in _read("help.toml")["help"]}
)
ITEMS: Mapping[str, Item] = MappingProxyType(_items())
"""Every item by code, in the order of the bits (catalogue order)."""


def in_catalogue_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes without repetition, by bit number. KeyError for an unknown code."""
    return tuple(sorted(set(codes), key=lambda code: ITEMS[code].bit))


def by_urgency(codes: Iterable[str]) -> tuple[Item, ...]:
    """Return the items without repetition, the most urgent first. KeyError for an unknown code."""
    return tuple(sorted({ITEMS[code] for code in codes}, key=lambda item: item.urgency))


def bitmap(codes: Iterable[str]) -> int:
    """Return the u64 with the bit of each item set. KeyError for an unknown code."""
    bits = 0
    for code in codes:
        bits |= 1 << ITEMS[code].bit
    return bits


def codes_of(bits: int) -> tuple[str, ...]:
    """Return the codes of a bitmap in catalogue order. ValueError for a bit of no item."""
    codes = tuple(code for code, item in ITEMS.items() if bits >> item.bit & 1)
    if bitmap(codes) != bits:
        raise ValueError("the bitmap has a bit that no item of the catalogue uses")
    return codes


def item_of_header(header: str) -> str | None:
    """Return the code of the item that a column's header names, or None.

    Case, blanks, punctuation and full-width forms make no difference; nothing else is guessed.
    """
    return _by_header().get(_header_key(header))


def _header_key(header: str) -> str:
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(character for character in folded if character.isalnum())


@cache
def _by_header() -> dict[str, str]:
    return {
        _header_key(header): code
        for code, item in ITEMS.items()
        for header in (*item.headers, code)
    }
