"""On which line of a TOML file each key stands (tomllib does not tell)."""

import re
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TOKEN = re.compile(r'''"""|\'\'\'|"(?:\\.|[^"\\])*"|'[^']*'|[\[\]{},#]''')


class Locator:
    """Lines of the keys of one TOML text that tomllib accepts.

    A path is the keys and array indices from the top, as in `("lookups", 0, "assurance")`.
    """

    def __init__(self, text: str) -> None:
        self._lines = _Scan().run(text)

    def line(self, *path: str | int) -> int:
        """Return the line of the path, or of the nearest thing around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


@dataclass(slots=True)
class _Scan:
    """One pass over the lines: table headers, keys, and elements of outermost arrays."""

    lines: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    table: Path = ()
    key: Path = ()
    quote: str = ""
    brackets: str = ""
    index: int = 0

    def run(self, text: str) -> dict[Path, int]:
        for number, line in enumerate(text.splitlines(), 1):
            start = 0
            if not self.quote and not self.brackets:
                start = self._statement(line, number)
            self._value(line[start:], number)
        return self.lines

    def _statement(self, line: str, number: int) -> int:
        """Take in a header or a key; return where on the line a value starts."""
        if header := _HEADER.match(line):
            self._header(_parts(header[2]), number, array=header[1] == "[[")
            return len(line)
        if key := _KEY.match(line):
            self.key = self.table
            for part in _parts(key[1]):
                self.key = (*self.key, part)
                self.lines.setdefault(self.key, number)
            return key.end()
        return len(line)

    def _header(self, parts: tuple[str, ...], number: int, *, array: bool) -> None:
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            self.lines.setdefault(path, number)
            last = position == len(parts) - 1
            if last and array:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.table = path
        self.lines.setdefault(path, number)

    def _value(self, text: str, number: int) -> None:
        """Follow strings and brackets, so that a value over several lines is one value."""
        position = 0
        while position < len(text):
            if self.quote:
                end = text.find(self.quote, position)
                if end < 0:
                    return
                position, self.quote = end + 3, ""
                continue
            token = _TOKEN.search(text, position)
            between = text[position : token.start() if token else None]
            if between.strip() or (token and token[0][0] in "\"'[{"):
                self._element(number)
            if token is None or token[0] == "#":
                return
            position = token.end()
            self._delimiter(token[0])

    def _element(self, number: int) -> None:
        if self.brackets == "[":
            self.lines.setdefault((*self.key, self.index), number)

    def _delimiter(self, mark: str) -> None:
        if mark in {'"""', "'''"}:
            self.quote = mark
        elif mark in "[{":
            self.index = 0 if not self.brackets else self.index
            self.brackets += mark
        elif mark in "]}":
            self.brackets = self.brackets[:-1]
        elif mark == "," and self.brackets == "[":
            self.index += 1


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
