"""Find out how a text file is written: encoding, delimiter, quotes."""

import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from breachdesk.ingest._source import Place
from breachdesk.ingest._split import Splitter
from breachdesk.ingest._stream import BLOCK, Content
from breachdesk.ingest._transcode import MARK
from breachdesk.ingest.errors import SourceError

BOM: Final = b"\xef\xbb\xbf"
ENCODINGS: Final = ("utf-8", "cp949")
_ORDINARY: Final = (",", "\t", ";", "|")
_RARE: Final = ("^", "~", "\x01", "\x1f", "\x1e", "`", "#", "!", "$", "@", ":")
_WIDE: Final = (
    "|@|", "^|^", "|^|", "|~|", "~|~", "\t|\t", " | ", "||", "^^", "~~", "@@", "##", "$$", "!!",
    "::", ";;",
)  # fmt: skip
_NAMES: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    **dict.fromkeys(("utf-16", "utf16", "utf-16-le", "utf-16le", "unicode"), "utf-16-le"),
    **dict.fromkeys(("utf-16-be", "utf-16be"), "utf-16-be"),
    **dict.fromkeys(
        ("cp949", "949", "ms949", "uhc", "euc-kr", "euckr", "ks_c_5601-1987", "ks-c-5601-1987"),
        "cp949",
    ),
}
_FIX: Final = "Save the file as UTF-8 (in Excel: CSV UTF-8) and try again."
_SAMPLED: Final = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are kept apart. A `delimiter` of several characters is `MARK` in the bytes."""

    delimiter: str
    quote: str
    escape: bool

    def splitter(self) -> Splitter:
        """Return what splits such bytes."""
        return Splitter(self.mark, self.quote, escape=self.escape)

    @property
    def mark(self) -> str:
        """The one character that keeps fields apart in the bytes."""
        return self.delimiter if len(self.delimiter) == 1 else MARK.decode()


def encoding_named(name: str) -> str:
    """Return the encoding for any usual name of it. Raises SourceError."""
    encoding = _NAMES.get(name.lower().replace("_", "-"))
    if encoding is None:
        message = "The encoding must be utf-8, cp949, utf-16-le or utf-16-be."
        raise SourceError("wrong-encoding", message, _FIX)
    return encoding


def utf16_order(head: bytes) -> str | None:
    """Return `utf-16-le` or `utf-16-be` for what starts so, None for other bytes.

    Without a byte order mark, the zero bytes of commas, digits and line breaks tell.
    """
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    sample = head[: 1 << 16]
    high, low = sample[1::2].count(0), sample[::2].count(0)
    if 20 * (high + low) < len(sample) or len(sample) < 4:
        return None
    if 20 * low <= high:
        return "utf-16-le"
    return "utf-16-be" if 20 * high <= low else None


def detect_encoding(content: Content, head: bytes, declared: str | None) -> str:
    """Return the encoding of the content that starts with `head`, whole lines of it.

    Raises SourceError when more than half of the lines with other than ASCII characters fail in
    the declared encoding, or in both where none is declared.
    """
    lines = [line for line in _telling(content, head).split(b"\n") if not line.isascii()]
    choices = (declared,) if declared else ENCODINGS
    readable = {choice: sum(_decodes(line, choice) for line in lines) for choice in choices}
    best = max(choices, key=lambda choice: readable[choice])
    sample = b"\n".join(lines)
    if 2 * readable[best] < len(lines) or not (declared or best == "utf-8" or _is_korean(sample)):
        raise wrong_encoding(content.place, sample, declared)
    return best


def wrong_encoding(place: Place, sample: bytes, declared: str | None) -> SourceError:
    """Return the error for a file that is not in the encoding, with a guess at what it is."""
    wanted = f"{declared}, as was said" if declared else "UTF-8 or CP949"
    guess = from_bytes(sample[:65536]).best()
    maybe = f" It may be {guess.encoding}." if guess and guess.encoding != "ascii" else ""
    return SourceError("wrong-encoding", f"{place.label} is not in {wanted}.{maybe}", _FIX)


def detect_dialect(head: bytes) -> Dialect:
    """Return the dialect that gives most records the same number of columns."""
    quotes = ['"', "'"] if re.search(rb"(?m)(?:^|[,;\t|])'[^'\n]*'(?:[,;\t|\r]|$)", head) else ['"']
    tried = [
        (_score(Dialect(mark, quote, escape=False), head), Dialect(mark, quote, escape=False))
        for quote in quotes
        for mark in _ORDINARY
    ]
    score, best = max(tried, key=lambda pair: pair[0])
    if score[0] < 0.5:
        rare = [Dialect(mark, '"', escape=False) for mark in _RARE]
        tried = [(_score(dialect, head), dialect) for dialect in rare if _in_first(dialect, head)]
        other, found = max(tried, key=lambda pair: pair[0], default=(score, best))
        best = found if other > score else best
    best = _widened(best, head)
    escaping = Dialect(best.delimiter, best.quote, escape=True)
    mark = re.escape(best.mark.encode())
    inside = re.compile(rb"\\" + best.quote.encode() + rb"(?!\r|\n|" + mark + rb")")
    if inside.search(head) and _score(escaping, head)[0] >= _score(best, head)[0]:
        best = escaping
    return best


def _in_first(dialect: Dialect, head: bytes) -> bool:
    """Return whether a rare delimiter stands in the header too: e-mail addresses have an @."""
    return dialect.delimiter.encode() in head[: head.find(b"\n")]


def _widened(dialect: Dialect, head: bytes) -> Dialect:
    """Return the wider delimiter that every single one found is part of, if there is one."""
    mark = dialect.delimiter.encode()
    for wide in map(str.encode, _WIDE):
        if mark in wide and head.count(wide) * wide.count(mark) == head.count(mark) > 0:
            return Dialect(wide.decode(), dialect.quote, escape=dialect.escape)
    return dialect


def _score(dialect: Dialect, head: bytes) -> tuple[float, int]:
    """Return which share of the records has the commonest number of columns, and that number."""
    if len(dialect.delimiter) > 1:
        head = head.replace(dialect.delimiter.encode(), MARK)
    columns = dialect.splitter().split(head).head(_SAMPLED).columns
    if columns.is_empty():
        return (0.0, 0)
    counts = columns.value_counts(sort=True, name="n").rows()
    width, count = max(counts, key=lambda row: (row[1], row[0] == columns[0]))
    return (round(count / len(columns), 1), width) if width > 1 else (0.0, 0)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_korean(sample: bytes) -> bool:
    """Return whether most characters are those that Korean is written with (KS X 1001).

    CP949 gives other double-byte encodings a meaning too: rare syllables that nobody uses.
    """
    common, known = (
        sum(not character.isascii() for character in sample.decode(encoding, "ignore"))
        for encoding in ("euc_kr", "cp949")
    )
    return 2 * common > known


def _telling(content: Content, head: bytes) -> bytes:
    """Return lines with other than ASCII characters, from further on if the head has none."""
    if not head.isascii():
        return head
    stream = content.open()
    try:
        while block := stream.read(BLOCK):
            if not block.isascii():
                return _whole_lines(block + stream.read(BLOCK))
    finally:
        stream.close()
    return b""


def _whole_lines(blocks: bytes) -> bytes:
    """Return the lines that are certainly whole; everything if there is but one."""
    first, last = blocks.find(b"\n"), blocks.rfind(b"\n")
    return blocks[first + 1 : last] if first < last else blocks
