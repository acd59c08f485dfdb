"""A nested value as cells with dotted names: `customer.phones.0`."""

from collections.abc import Iterator
from typing import Final

from breachdesk.ingest._cells import text_of

MOST_LEVELS: Final = 16
MOST_CELLS: Final = 1_024

Flat = dict[str, str]


def flatten(value: dict[str, object]) -> Flat | None:
    """Return the cells, None if the value is too deep, too wide or names a cell twice."""
    flat: Flat = {}
    for name, cell in _cells("", value, MOST_LEVELS):
        if name is None or name in flat or len(flat) >= MOST_CELLS:
            return None
        flat[name] = cell
    return flat


def _cells(name: str, value: object, levels: int) -> Iterator[tuple[str | None, str]]:
    if isinstance(value, dict | list) and levels == 0:
        yield None, ""
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _cells(f"{name}.{key}" if name else str(key), inner, levels - 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _cells(f"{name}.{index}" if name else str(index), inner, levels - 1)
    else:
        yield name, text_of(value)
