"""Text of other shapes made into bytes that the splitter knows: UTF-16, `\\r` alone, `||`.

What cannot be decoded becomes bytes that are no UTF-8, so that the row it stands in is found to be
broken, and only that one.
"""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO, Final

from breachdesk.ingest._source import Place
from breachdesk.ingest._stream import Content, Stream

Step = Callable[[bytes, bool], bytes]
"""Turns a block into another; the flag says that it is the last."""

MARK: Final = b"\x1f"
"""Stands for a delimiter of several characters: the unit separator of ASCII."""

LONE_RETURN: Final = re.compile(rb"\r(?!\n)")

_BROKEN: Final = "\udcff"


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _BROKEN, error.end


codecs.register_error("breachdesk.broken", _keep)


def to_utf8(codec: str) -> Step:
    """Any encoding that Python knows to UTF-8."""
    decoder = codecs.getincrementaldecoder(codec)("breachdesk.broken")

    def step(block: bytes, final: bool) -> bytes:  # noqa: FBT001
        text = decoder.decode(block, final)
        return text.encode("utf-8", "surrogatepass")

    return step


def returns_to_breaks(block: bytes, final: bool) -> bytes:  # noqa: ARG001, FBT001
    """End lines as everybody does where they end with a carriage return alone."""
    return block.replace(b"\r", b"\n")


def to_mark(delimiter: bytes) -> Step:
    """Make a delimiter of several characters one of one byte."""
    held = b""

    def step(block: bytes, final: bool) -> bytes:  # noqa: FBT001
        nonlocal held
        block = (held + block).replace(delimiter, MARK)
        kept = 0
        if not final:
            ends = (n for n in range(len(delimiter) - 1, 0, -1) if block.endswith(delimiter[:n]))
            kept = next(ends, 0)
        held = block[len(block) - kept :]
        return block[: len(block) - kept]

    return step


class Transcoded:
    """A content that is read through steps. `steps` makes new ones for each reading."""

    def __init__(self, content: Content, steps: Callable[[], list[Step]]) -> None:
        self._content: Final = content
        self._steps: Final = steps

    @property
    def place(self) -> Place:
        """Where it is."""
        return self._content.place

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._content.size

    @property
    def expanded(self) -> int:
        """Bytes of text, about."""
        return self._content.expanded

    def open(self, *, hashed: bool = False) -> Stream:
        """Start a reading."""
        return _Stepping(self._content.open(hashed=hashed), self._steps())

    def seekable(self) -> BinaryIO:
        """Open what was there before the steps."""
        return self._content.seekable()

    def digest(self) -> bytes:
        """Return the digest of the file on disk."""
        return self._content.digest()


class _Stepping:
    """A stream through steps. A block may be longer or shorter than was asked for."""

    def __init__(self, stream: Stream, steps: list[Step]) -> None:
        self._stream: Final = stream
        self._steps: Final = steps
        self._ended = False

    @property
    def position(self) -> int:
        """Bytes on disk so far."""
        return self._stream.position

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, not always at most `size`."""
        while not self._ended:
            block = self._stream.read(size)
            self._ended = not block
            for step in self._steps:
                block = step(block, self._ended)
            if block:
                return block
        return b""

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def finish(self) -> bytes:
        """Return the digest of the file on disk."""
        return self._stream.finish()
