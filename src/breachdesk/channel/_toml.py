"""Typed values of a TOML file with sections, and on which line each stands.

A channel file is flat: sections, sections of sections, and keys. What is wrong is collected, so
that one run tells everything.
"""

import difflib
import re
import tomllib
from collections.abc import Collection
from typing import Any

from breachdesk.channel.errors import ConfigError, Problem

_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"""\s*"?([A-Za-z0-9_-]+)"?\s*=""")


class Lines:
    """Line numbers by path, such as ("email", "host")."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        section: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                section = tuple(header[1].split("."))
                self._lines.setdefault(section, number)
            elif key := _KEY.match(line):
                self._lines.setdefault((*section, key[1]), number)

    def of(self, path: tuple[str, ...]) -> int:
        """The line of a path, or of the nearest thing around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


class Table:
    """A section. A getter of a missing or wrong value notes the problem and returns None.

    Call `finish` last: it notes the keys that no getter asked for.
    """

    def __init__(
        self, values: dict[str, Any], path: tuple[str, ...], lines: Lines, problems: list[Problem]
    ) -> None:
        self._values = values
        self._path = path
        self._lines = lines
        self._asked: list[str] = []
        self.problems = problems

    def error(self, key: str | None, message: str, fix: str) -> None:
        """Note a problem at a key of this section, or at the section itself."""
        path = self._path if key is None else (*self._path, key)
        self.problems.append(Problem(self._lines.of(path), message, fix))

    def has(self, key: str) -> bool:
        """Whether the key is there, of whatever kind."""
        return key in self._values

    def string(self, key: str, example: str, *, required: bool = True) -> str | None:
        """A text with something in it."""
        fix = f'Write {key} = "{example}".'
        value = self._get(key, fix, required=required)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.error(key, f"`{key}` must be text in quotes, and not empty.", fix)
        return None

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str | None:
        """One of the choices."""
        value = self.string(key, next(iter(choices)), required=default is None)
        if value is None:
            return default
        if value not in choices:
            self.error(key, f"`{key}` has an unknown word.", _listed(choices))
            return None
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number from low to high."""
        fix = f"Write {key} = a whole number from {low} to {high}."
        value = self._get(key, fix, required=default is None)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.error(key, f"`{key}` is not a whole number from {low} to {high}.", fix)
        return None

    def strings(self, key: str, example: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts; a missing one is empty."""
        fix = f"Write {key} = {example}."
        value = self._get(key, fix, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.error(key, f"`{key}` must be a list of texts in quotes.", fix)
            return ()
        return tuple(dict.fromkeys(value))

    def known(self, key: str, example: str, choices: Collection[str]) -> tuple[str, ...]:
        """A list of one or more of the choices, in their order."""
        values = self.strings(key, example)
        for one in values:
            if one not in choices:
                self.error(key, f'`{key}` has "{one}".', _nearest(one, choices))
        return tuple(one for one in choices if one in values)

    def table(self, key: str, fix: str, *, required: bool = True) -> "Table | None":
        """An inner section."""
        value = self._get(key, fix, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.error(key, f"`{key}` must be a section.", fix)
            return None
        return Table(value, (*self._path, key), self._lines, self.problems)

    def texts(self) -> dict[str, str]:
        """Everything in this section, which holds texts only."""
        self._asked.extend(self._values)
        for key, value in self._values.items():
            if not isinstance(value, str):
                self.error(key, f"`{key}` must be text in quotes.", f'Write {key} = "…".')
        return {key: value for key, value in self._values.items() if isinstance(value, str)}

    def finish(self) -> None:
        """Note every key that nothing asked for."""
        for key in self._values:
            if key not in self._asked:
                self.error(key, f"`{key}` is unknown here.", _nearest(key, self._asked))

    def _get(self, key: str, fix: str, *, required: bool) -> Any:
        self._asked.append(key)
        if key not in self._values and required:
            self.error(None, f"`{key}` is missing.", fix)
        return self._values.get(key)


def read(text: str, source: str) -> Table:
    """The whole file. Raises ConfigError for what is no TOML."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        message = re.sub(r" \(at .*\)$", "", str(error))
        fix = 'Write key = "value", with text in straight quotes, each key once.'
        raise ConfigError(source, [Problem(line, f"This is not TOML: {message}.", fix)]) from None
    return Table(values, (), Lines(text), [])


def _nearest(word: str, choices: Collection[str]) -> str:
    close = difflib.get_close_matches(word, choices, n=1)
    return f'Did you mean "{close[0]}"?' if close else _listed(choices)


def _listed(choices: Collection[str]) -> str:
    return "Use " + ", ".join(f'"{choice}"' for choice in choices) + "."
