"""The bytes of an SQL dump as a scanner wants them: matched at a place, read on when need be."""

from typing import Final

from breachdesk.ingest._source import Place
from breachdesk.ingest._stream import BLOCK, Stream
from breachdesk.ingest.errors import SourceError

MAX_PIECE: Final = 32 << 20
"""The longest statement that is no list of rows, and the longest row."""


class DumpText:
    """A window on a stream. `data[place:]` is what was read and not yet passed."""

    def __init__(self, stream: Stream, place: Place) -> None:
        self.data = b""
        self.place = 0
        self.final = False
        self._stream: Final = stream
        self._where: Final = place

    @property
    def position(self) -> int:
        """Bytes on disk so far."""
        return self._stream.position

    def more(self) -> bool:
        """Read on; return whether there was more. Raises SourceError for an endless piece."""
        if self.final:
            return False
        left = len(self.data) - self.place
        if left > MAX_PIECE:
            raise SourceError(
                "line-too-long",
                f"{self._where.label} has a statement or a row longer than {MAX_PIECE >> 20} MiB.",
                "Look there for a quotation mark that is never closed, or dump the table again.",
            )
        blocks = [self.data[self.place :]]
        wanted = max(BLOCK, left)
        while wanted > 0 and not self.final:
            block = self._stream.read(BLOCK)
            self.final = not block
            blocks.append(block)
            wanted -= len(block)
        self.data, self.place = b"".join(blocks), 0
        return len(self.data) > left

    def ahead(self, size: int) -> None:
        """See to it that so many bytes are at hand, or all there are."""
        while len(self.data) - self.place < size and self.more():
            pass

    def passes(self, text: bytes) -> bool:
        """Go on behind the next such text; return False, at the end, if there is none."""
        while (found := self.data.find(text, self.place)) < 0:
            self.place = max(self.place, len(self.data) - len(text) + 1)
            if not self.more():
                self.place = len(self.data)
                return False
        self.place = found + len(text)
        return True

    def ended(self) -> bool:
        """Return whether nothing is left."""
        return self.place >= len(self.data) and not self.more()
