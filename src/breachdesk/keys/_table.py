"""`folder.toml` is read key by key, and must then hold nothing more."""

from collections.abc import Sequence

from breachdesk.keys._files import PUBLIC_FILE
from breachdesk.keys.errors import KeyFormat


class Table:
    """A TOML table that is read once, key by key, and must then be empty."""

    def __init__(self, values: dict[str, object], prefix: str) -> None:
        self._values = values
        self._prefix = prefix

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise KeyFormat(PUBLIC_FILE, f"{self._prefix}{key} is missing")
        return self._values.pop(key)

    def _wrong(self, key: str, wanted: str) -> KeyFormat:
        return KeyFormat(PUBLIC_FILE, f"{self._prefix}{key} is not {wanted}")

    def integer(self, key: str) -> int:
        value = self._take(key)
        if type(value) is not int:
            raise self._wrong(key, "a number")
        return value

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def hex(self, key: str, length: int) -> bytes:
        value = self.text(key)
        if len(value) != 2 * length or set(value) - set("0123456789abcdef"):
            raise self._wrong(key, f"{length} bytes in lower-case hexadecimal")
        return bytes.fromhex(value)

    def table(self, key: str) -> "Table":
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Table(value, f"{self._prefix}{key}.")

    def texts(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Different texts, each one of `allowed`."""
        value = self._take(key)
        if (
            not isinstance(value, list)
            or any(one not in allowed for one in value)
            or len(set(value)) != len(value)
        ):
            raise self._wrong(key, "a list of different names that this version knows")
        return tuple(value)

    def tables(self, key: str) -> list["Table"]:
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._wrong(key, "a list of tables")
        return [Table(one, f"{self._prefix}{key}.") for one in value]

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def finish(self) -> None:
        if self._values:
            raise KeyFormat(PUBLIC_FILE, "has a key that this version does not know")
