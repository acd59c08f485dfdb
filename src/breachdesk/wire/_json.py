"""Strict JSON (PROTOCOL section 1): one value, no duplicate keys, integers only, valid UTF-8."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from breachdesk.wire.errors import WireError

_LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8259 section 6)."""


def loads(data: bytes, *, limit: int, code: str) -> Any:
    """Read one JSON value from `data`.

    Raises WireError(code) for more than `limit` bytes, a BOM, invalid UTF-8, an unpaired surrogate,
    a duplicate key, a number that is not an integer from 0 to 2^53 - 1, or bytes after the value.
    """
    if len(data) > limit:
        raise WireError(code, f"more than {limit} bytes")
    refuse = _refuser(code)
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_object(refuse),
            parse_int=_integer(refuse),
            parse_float=lambda _: refuse("a number that is not an integer"),
            parse_constant=lambda _: refuse("a number that is not an integer"),
        )
        _refuse_surrogates(text, value, refuse)
    except UnicodeDecodeError:
        raise WireError(code, "not UTF-8") from None
    except (ValueError, RecursionError):
        raise WireError(code, "not one JSON value") from None
    return value


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, with keys in the order given: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _refuser(code: str) -> Callable[[str], NoReturn]:
    def refuse(detail: str) -> NoReturn:
        raise WireError(code, detail)

    return refuse


def _object(refuse: Callable[[str], NoReturn]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            refuse("a duplicate key")
        return found

    return collect


def _integer(refuse: Callable[[str], NoReturn]) -> Callable[[str], int]:
    def read(digits: str) -> int:
        if digits.startswith("-") or len(digits) > 16 or int(digits) > _LARGEST_INTEGER:
            refuse("an integer out of range")
        return int(digits)

    return read


def _refuse_surrogates(text: str, value: Any, refuse: Callable[[str], NoReturn]) -> None:
    """An escape such as \\ud800 alone is no Unicode scalar value (section 3)."""
    if "\\u" not in text:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        refuse("an unpaired surrogate")
