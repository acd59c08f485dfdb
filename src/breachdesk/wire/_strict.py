"""Typed reading of a decoded JSON value: every shape that is not expected is one error."""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from breachdesk.wire.errors import WireError

_HEX = re.compile(r"[0-9a-f]*\Z")
_LARGEST_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Strict:
    """Reads the members of a JSON document whose errors have the name `code`.

    Every method takes the value and `where`, its place in the document, and raises
    WireError(code, where + reason). Values never appear in errors.
    """

    code: str

    def fail(self, where: str, reason: str) -> NoReturn:
        raise WireError(self.code, f"{where}: {reason}")

    def object(self, value: Any, where: str, keys: Collection[str]) -> dict[str, Any]:
        """An object with exactly these keys."""
        found = self.mapping(value, where)
        if unknown := len(found.keys() - set(keys)):
            self.fail(where, f"{unknown} unknown key(s)")
        if missing := sorted(set(keys) - found.keys()):
            self.fail(where, f"missing {', '.join(missing)}")
        return found

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        if type(value) is not dict:
            self.fail(where, "not an object")
        return value

    def array(self, value: Any, where: str, least: int, most: int) -> list[Any]:
        if type(value) is not list:
            self.fail(where, "not an array")
        if not least <= len(value) <= most:
            self.fail(where, f"not {least} to {most} elements")
        return value

    def text(self, value: Any, where: str, *, most: int = 4096, pattern: str | None = None) -> str:
        """A string of 1 to `most` characters that matches `pattern` as a whole."""
        if type(value) is not str:
            self.fail(where, "not a string")
        if not 1 <= len(value) <= most:
            self.fail(where, f"not 1 to {most} characters")
        if pattern is not None and re.fullmatch(pattern, value) is None:
            self.fail(where, "not of the expected form")
        return value

    def choice(self, value: Any, where: str, choices: Collection[str]) -> str:
        if type(value) is not str or value not in choices:
            self.fail(where, "not a known word")
        return value

    def integer(self, value: Any, where: str, least: int, most: int = _LARGEST_INTEGER) -> int:
        if type(value) is not int or not least <= value <= most:
            self.fail(where, "not an integer in range")
        return value

    def hex(self, value: Any, where: str, size: int) -> bytes:
        """Exactly `size` bytes in lower-case hex."""
        if type(value) is not str or len(value) != 2 * size or _HEX.match(value) is None:
            self.fail(where, f"not {size} bytes of lower-case hex")
        return bytes.fromhex(value)

    def base64(self, value: Any, where: str) -> bytes:
        """RFC 4648 section 4 with padding, in its one canonical spelling."""
        if type(value) is not str:
            self.fail(where, "not a string")
        try:
            found = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            self.fail(where, "not base64")
        if base64.b64encode(found).decode() != value:
            self.fail(where, "not canonical base64")
        return found
