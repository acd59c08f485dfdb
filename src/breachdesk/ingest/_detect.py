"""Find out how a file is written: encoding and delimiter."""

from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from breachdesk.ingest._split import Splitter
from breachdesk.ingest.errors import SourceError

BOM: Final = b"\xef\xbb\xbf"
ENCODINGS: Final = ("utf-8", "cp949")
DELIMITERS: Final = (",", "\t", ";", "|")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NAMES: Final = {"utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8"} | dict.fromkeys(
    ("cp949", "949", "ms949", "uhc", "euc-kr", "euckr", "ks_c_5601-1987"), "cp949"
)
_FIX: Final = "Save the file as UTF-8 (in Excel: CSV UTF-8) and try again."
_BLOCK: Final = 1 << 20


def encoding_named(name: str) -> str:
    """Return `utf-8` or `cp949` for any usual name of them. Raises SourceError."""
    encoding = _NAMES.get(name.lower().replace("_", "-")) or _NAMES.get(name.lower())
    if encoding is None:
        message = "The encoding must be utf-8 or cp949."
        raise SourceError("wrong-encoding", message, _FIX)
    return encoding


def detect_encoding(path: Path, head: bytes, declared: str | None) -> str:
    """Return the encoding of the file that starts with `head`, whole lines of it.

    Raises SourceError when more than half of the lines with other than ASCII characters fail in
    the declared encoding, or in both where none is declared.
    """
    if head.startswith(_UTF16) or head[:200].count(0) > 50:
        raise SourceError("wrong-encoding", f"{path.name} looks like UTF-16.", _FIX)
    lines = [line for line in _telling(path, head).split(b"\n") if not line.isascii()]
    choices = (declared,) if declared else ENCODINGS
    readable = {choice: sum(_decodes(line, choice) for line in lines) for choice in choices}
    best = max(choices, key=lambda choice: readable[choice])
    sample = b"\n".join(lines)
    if 2 * readable[best] < len(lines) or not (declared or best == "utf-8" or _is_korean(sample)):
        raise wrong_encoding(path, sample, declared)
    return best


def wrong_encoding(path: Path, sample: bytes, declared: str | None) -> SourceError:
    """Return the error for a file that is not in the encoding, with a guess at what it is."""
    wanted = f"{declared}, as was said" if declared else "UTF-8 or CP949"
    guess = from_bytes(sample[:65536]).best()
    maybe = f" It may be {guess.encoding}." if guess and guess.encoding != "ascii" else ""
    return SourceError("wrong-encoding", f"{path.name} is not in {wanted}.{maybe}", _FIX)


def detect_delimiter(head: bytes) -> str:
    """Return the delimiter that gives most records as many columns as the first has."""
    return max(DELIMITERS, key=lambda delimiter: _score(delimiter, head))


def _score(delimiter: str, head: bytes) -> tuple[float, int]:
    columns = Splitter(delimiter).split(head).head(500).columns
    if columns.is_empty() or columns[0] < 2:
        return (0.0, 0)
    return (round(float((columns == columns[0]).sum()) / len(columns), 1), int(columns[0]))


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


def _telling(path: Path, head: bytes) -> bytes:
    """Return lines with other than ASCII characters, from further on if the head has none."""
    if not head.isascii():
        return head
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if not block.isascii():
                return _whole_lines(block + file.read(_BLOCK))
    return b""


def _whole_lines(blocks: bytes) -> bytes:
    """Return the lines that are certainly whole; everything if there is but one."""
    first, last = blocks.find(b"\n"), blocks.rfind(b"\n")
    return blocks[first + 1 : last] if first < last else blocks
