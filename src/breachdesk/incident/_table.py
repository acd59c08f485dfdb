"""Read typed values out of a parsed TOML table and collect everything that is wrong with it."""

import difflib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from breachdesk.incident._locate import Locator, Path
from breachdesk.incident._text import Text
from breachdesk.incident.errors import Problem


class Problems:
    """What is wrong with one file so far, by line."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, path: Path, message: str, fix: str) -> None:
        """Note what makes the file unusable."""
        self.errors.append(Problem(self._locator.line(*path), message, fix))

    def warn(self, path: Path, message: str, fix: str) -> None:
        """Note what the operator should know but may do."""
        self.warnings.append(Problem(self._locator.line(*path), message, fix))


class Table:
    """One TOML table. A getter of a missing or wrong value notes the problem and returns None.

    Call `finish` last: it notes the keys that no getter asked for.
    """

    def __init__(self, values: dict[str, Any], path: Path, problems: Problems) -> None:
        self._values = values
        self._asked: list[str] = []
        self.path = path
        self.problems = problems

    def error(self, key: str | None, message: str, fix: str) -> None:
        """Note a problem at a key of this table, or at the table itself."""
        self.problems.error(self.path if key is None else (*self.path, key), message, fix)

    def has(self, key: str) -> bool:
        """Return whether the key is there, of whatever kind."""
        return key in self._values

    def string(self, key: str, example: str, *, required: bool = True) -> str | None:
        """Return a string with something in it."""
        value = self._get(key, f'Write {key} = "{example}".', required=required)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        what = "is empty" if isinstance(value, str) else "must be text in quotes"
        self.error(key, f"`{key}` {what}.", f'Write {key} = "{example}".')
        return None

    def choice(self, key: str, choices: Collection[str]) -> str | None:
        """Return a string that is one of the choices."""
        value = self.string(key, next(iter(choices)))
        if value is None or value in choices:
            return value
        self.error(key, f'`{key}` cannot be "{value}".', f"Write one of {_listed(choices)}.")
        return None

    def integer(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number from low to high."""
        fix = f"Write {key} = a whole number from {low} to {high}."
        value = self._get(key, fix)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if value is not None:
            self.error(key, f"`{key}` is not a whole number from {low} to {high}.", fix)
        return None

    def day(self, key: str, *, required: bool = True) -> date | None:
        """Return a date from 1970 on."""
        fix = f"Write {key} = 2014-03-06, year, month, day, without quotes."
        value = self._get(key, fix, required=required)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.error(key, f"`{key}` is not a date.", fix)
            return None
        if value.year < 1970:
            self.error(key, f"`{key}` is before 1970.", "Write a date from 1970-01-01 on.")
            return None
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false if missing."""
        value = self._get(key, "", required=False)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.error(key, f"`{key}` must be true or false.", f"Write {key} = true.")
        return False

    def text(self, key: str, *, required: bool = True) -> Text | None:
        """Return a text in both languages."""
        fix = f'Write {key} = {{ ko = "…", en = "…" }}.'
        value = self._get(key, fix, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.error(key, f"`{key}` needs a Korean and an English text.", fix)
            return None
        inner = Table(value, (*self.path, key), self.problems)
        ko, en = inner.string("ko", "…"), inner.string("en", "…")
        inner.finish()
        return Text(ko.strip(), en.strip()) if ko and en else None

    def strings(self, key: str, example: str, *, required: bool = True) -> tuple[str, ...] | None:
        """Return a list of different strings; a missing list that may miss is empty."""
        fix = f"Write {key} = {example}."
        value = self._get(key, fix, required=required)
        if value is None:
            return None if required else ()
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.error(key, f"`{key}` must be a list of texts in quotes.", fix)
            return None
        for index, entry in enumerate(value):
            if entry in value[:index]:
                where = (*self.path, key, index)
                self.problems.error(where, f'`{key}` has "{entry}" twice.', "Remove one.")
        return tuple(dict.fromkeys(value))

    def known(
        self, key: str, example: str, choices: Collection[str], *, required: bool = True
    ) -> tuple[str, ...] | None:
        """Return a list of different choices; unknown ones are noted, each with a likely match."""
        values = self.strings(key, example, required=required)
        for entry in values or ():
            if entry not in choices:
                where = (*self.path, key, self._values[key].index(entry))
                self.problems.error(where, f'"{entry}" is unknown here.', nearest(entry, choices))
        return None if values is None else tuple(entry for entry in values if entry in choices)

    def table(self, key: str, fix: str, *, required: bool = True) -> "Table | None":
        """Return an inner table."""
        value = self._get(key, fix, required=required)
        if value is None or isinstance(value, dict):
            return None if value is None else Table(value, (*self.path, key), self.problems)
        self.error(key, f"`{key}` must be a table.", fix)
        return None

    def tables(self, key: str, *, required: bool = True) -> "Sequence[Table]":
        """Return the tables of an array, at least one if required."""
        fix = f"Add a [[{key}]] section."
        value = self._get(key, fix, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.error(key, f"`{key}` must be written as [[{key}]] sections.", fix)
            return ()
        if required and not value:
            self.error(key, f"There is no [[{key}]].", fix)
        return [
            Table(entry, (*self.path, key, index), self.problems)
            for index, entry in enumerate(value)
        ]

    def raw(self, key: str, fix: str) -> Any:
        """Return whatever stands there."""
        return self._get(key, fix)

    def finish(self) -> None:
        """Note every key that nothing asked for."""
        for key in self._values:
            if key not in self._asked:
                self.error(key, f"`{key}` is unknown here.", nearest(key, self._asked))

    def _get(self, key: str, fix: str, *, required: bool = True) -> Any:
        self._asked.append(key)
        if key not in self._values and required:
            self.error(None, f"`{key}` is missing.", fix)
        return self._values.get(key)


def nearest(word: str, choices: Collection[str]) -> str:
    """Say which of the choices was probably meant, or which there are."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Use one of {_listed(choices)}."


def _listed(choices: Collection[str]) -> str:
    return ", ".join(f'"{choice}"' for choice in choices)
