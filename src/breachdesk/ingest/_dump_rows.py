"""Rows of an SQL dump: the tuples of INSERT, the lines of COPY."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from breachdesk.ingest._dump_text import DumpText

Cells = list[bytes] | bytes
"""The cells of a row; its bytes, or its first ones, if it could not be told where the cells end."""

_AHEAD: Final = 1 << 12
_MOST_BROKEN: Final = 1 << 16

_PLAIN: Final = rb"[^\s(),'\"`;][^(),'\"`;]*"


@dataclass(frozen=True, slots=True)
class Grammar:
    """How values are written: `backslash` if a backslash in quotes takes the next character."""

    backslash: bool

    @property
    def string(self) -> bytes:
        """The pattern of a text in quotes."""
        if self.backslash:
            return rb"(?:'(?:[^'\\]++|\\[\s\S]|'')*+'|\"(?:[^\"\\]++|\\[\s\S]|\"\")*+\")"
        return rb"(?:[eE]'(?:[^'\\]++|\\[\s\S]|'')*+'|'(?:[^']++|'')*+'|\"(?:[^\"]++|\"\")*+\")"


class RowScanner:
    """Takes rows apart. The bytes of UTF-8 and CP949 keep quotes and commas to themselves."""

    def __init__(self, grammar: Grammar) -> None:
        prefix = rb"(?:_\w+\s+|[nNxXbB](?='))?"
        call = rb"[A-Za-z_][\w.]*\s*\((?:[^()'\"]++|" + grammar.string + rb"|\([^()]*+\))*+\)"
        value = rb"(?:(" + prefix + grammar.string + rb")|(" + call + rb")|(" + _PLAIN + rb"))"
        cast = rb"(?:\s*::\s*[\w\" \[\]()]+?)?"
        self._value: Final = re.compile(rb"\s*" + value + cast + rb"\s*([,)])")
        self._string: Final = re.compile(grammar.string)
        self._open: Final = re.compile(rb"\s*\(")
        self._next: Final = re.compile(
            rb"\s*(?:,|(;|ON\s+(?:DUPLICATE|CONFLICT)[^;]*;|$|(?<=\n)(?=GO\b|INSERT\b|SET\b|--)))",
            re.IGNORECASE,
        )
        self._tokens: Final = re.compile(
            rb"(?:[^;'\"\n$]++|" + grammar.string + rb"|\$(\w*+)\$[\s\S]*?\$\1\$|\$(?!\w*+\$)"
            rb"|\n(?!(?:GO|INSERT|REPLACE|COPY|CREATE)\b))*+",
            re.IGNORECASE,
        )
        self._again: Final = re.compile(rb"\)\s*,\s*(?=\()|\)\s*;\s*(?=\r?\n|$)")
        self._backslash: Final = grammar.backslash

    def rows(self, text: DumpText) -> Iterator[Cells]:
        """Yield the rows of VALUES up to the end of the statement.

        A row that cannot be taken apart is bytes, and the scan goes on at the next one.
        """
        while True:
            cells = self._cells(text)
            yield cells
            text.ahead(_AHEAD)
            whole = isinstance(cells, list)
            following = self._next.match(text.data, text.place) if whole else None
            if following is not None:
                text.place = following.end()
                if following[1] is not None:
                    return
            elif not self._skip(text):
                return

    def pass_over(self, text: DumpText) -> None:
        """Go on behind the end of the statement, whatever it is."""
        while True:
            text.place = self._tokens.match(text.data, text.place).end()  # type: ignore[union-attr]
            if text.data[text.place : text.place + 1] in {b";", b"\n"}:
                text.place += 1
                return
            if not text.more():
                text.place = min(text.place + 1, len(text.data))
                if text.ended():
                    return

    def _cells(self, text: DumpText) -> Cells:
        text.ahead(_AHEAD)
        opening = self._open.match(text.data, text.place)
        if opening is None:
            return self._broken(text, text.place)
        cells: list[bytes] = []
        start = text.place
        text.place = opening.end()
        while True:
            found = self._value.match(text.data, text.place)
            if found is None or found.end() >= len(text.data):
                behind = text.place - start
                text.place = start
                if text.more():
                    start, text.place = 0, behind
                    continue
                text.place = start + behind
                found = self._value.match(text.data, text.place)
                if found is None:
                    return self._broken(text, start)
            cells.append(self._text(found))
            text.place = found.end()
            if found[4] == b")":
                return cells

    def _broken(self, text: DumpText, start: int) -> bytes:
        """Return what stands before the next row, as far as it is at hand and not very long."""
        following = self._again.search(text.data, text.place)
        end = following.start() + 1 if following else len(text.data)
        return text.data[start : min(end, start + _MOST_BROKEN)]

    def _skip(self, text: DumpText) -> bool:
        """Go on at the next row; return False if the statement, or the file, ends before."""
        while True:
            found = self._again.search(text.data, text.place)
            if found and found.end() < len(text.data):
                break
            text.place = max(text.place, len(text.data) - 4096)
            if not text.more():
                text.place = found.end() if found else len(text.data)
                return False
        text.place = found.end()
        return found[0].rstrip()[-1:] == b","

    def _text(self, found: re.Match[bytes]) -> bytes:
        """Return what a value says: nothing for NULL, the inside of quotes."""
        quoted, call, plain = found[1], found[2], found[3]
        if quoted is not None:
            return self._unquoted(quoted)
        if call is not None:
            inside = self._string.search(call)
            return self._unquoted(inside[0]) if inside else call
        plain = plain.rstrip()
        return b"" if plain.upper() in {b"NULL", b"DEFAULT"} else plain

    def _unquoted(self, text: bytes) -> bytes:
        mark = text[-1:]
        first = text.index(mark)
        inside = text[first + 1 : -1].replace(mark + mark, mark)
        escaping = self._backslash or text[:1] in {b"e", b"E"}
        return unescaped(inside) if escaping and b"\\" in inside else inside


def copy_cells(line: bytes) -> list[bytes]:
    """Return the cells of one line of COPY, without its line break."""
    cells = line.split(b"\t")
    if b"\\" not in line:
        return cells
    return [b"" if cell == b"\\N" else unescaped(cell) for cell in cells]


_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"", b"b": b"\b", b"Z": b"\x1a"}
_ESCAPED: Final = re.compile(rb"\\([\s\S])")


def unescaped(text: bytes) -> bytes:
    """Return a text with its backslashes taken as they are meant."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def decoded(cells: Sequence[bytes], encoding: str) -> list[str] | None:
    """Return the cells as text, None if one is not in the encoding."""
    try:
        return b"\0".join(cells).decode(encoding).split("\0")
    except UnicodeDecodeError:
        return None
