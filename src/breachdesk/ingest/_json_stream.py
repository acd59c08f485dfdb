"""A stream as ijson may read it."""

import sys
from typing import Any, Final

_MARK: Final = b"\xef\xbb\xbf"
_DIGITS: Final = b"0123456789"
#: Python makes no number of more digits, unless told otherwise.
_MOST_DIGITS: Final = 4_300


class JsonStream:
    """Bytes without a byte order mark, and with no number that ends the process.

    ijson's parser in C takes what Python makes of digits for a number even where Python refuses to
    make one, which is a segmentation fault.
    """

    def __init__(self, stream: Any) -> None:
        self._stream: Final = stream
        self._first = True
        self._most: Final = min(sys.get_int_max_str_digits() or _MOST_DIGITS, _MOST_DIGITS)
        #: Digits that the blocks before end with.
        self._run = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes. Raises `ValueError` after more digits in a row than that."""
        block: bytes = self._stream.read(size) if size else b""
        if self._first and block:
            self._first = False
            block = block.removeprefix(_MARK) or self._stream.read(size)
        if self._has_too_many(block):
            raise ValueError("a number with too many digits")
        return block

    def _has_too_many(self, block: bytes) -> bool:
        """Of so many digits in a row, one is at a place that is looked at."""
        leading = len(block) - len(block.lstrip(_DIGITS))
        if self._run + leading > self._most:
            return True
        if leading == len(block):
            self._run += leading
            return False
        self._run = len(block) - len(block.rstrip(_DIGITS))
        places = range(self._most, len(block), self._most)
        return any(_run_around(block, place, self._most) > self._most for place in places)


def _run_around(block: bytes, place: int, most: int) -> int:
    """How many digits there are on both sides of a place, as far as it matters."""
    before, after = block[max(0, place - most) : place], block[place : place + most]
    return len(before) - len(before.rstrip(_DIGITS)) + len(after) - len(after.lstrip(_DIGITS))
