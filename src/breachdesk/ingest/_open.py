"""Open whatever a source is: by what its bytes are first, by its name's ending second."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from breachdesk.ingest._open_text import open_text
from breachdesk.ingest._passwords import NO_PASSWORDS, Passwords
from breachdesk.ingest._source import Place, Reading, Source
from breachdesk.ingest._stream import Content, SourceFile, head_of
from breachdesk.ingest.errors import SourceError

HEAD: Final = 1 << 16

ReadingOf = Callable[[Place], Reading | None]
"""How to read what is at a place; None to leave it out."""

Opener = Callable[[Content, Reading], Sequence[Source]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format with tables in it. `matches` gets the first bytes and the name's ending."""

    name: str
    matches: Callable[[bytes, str], bool]
    open: Opener


FORMATS: Final[tuple[Format, ...]] = (Format("text", lambda head, ending: True, open_text),)


def open_path(
    path: Path, reading_of: ReadingOf, passwords: Passwords = NO_PASSWORDS
) -> list[Source]:
    """Return every table of a file. Raises SourceError for what nobody can read."""
    return list(_open_content(SourceFile(path), reading_of))


def expand(paths: Iterable[Path]) -> list[Path]:
    """Return the files that paths, folders and patterns (`leak/*.csv`) name, each once, in order.

    Raises SourceError for a folder or pattern with nothing in it.
    """
    files: dict[Path, None] = {}
    for path in paths:
        files |= dict.fromkeys(_files_at(path))
    return list(files)


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and not _is_aside(file))
    elif path.exists() or not set("*?[") & set(str(path)):
        return [path]
    else:
        anchor = Path(path.anchor)
        pattern = str(path.relative_to(anchor)) if path.is_absolute() else str(path)
        found = sorted(file for file in anchor.glob(pattern) if file.is_file())
    if not found:
        raise SourceError(
            "unreadable",
            f"{path.name or path} names no file.",
            "Name a file, a folder with files in it, or a pattern in quotes: 'leak/*.csv'.",
        )
    return found


def _is_aside(file: Path) -> bool:
    """Return whether programs made this beside the files of people: .DS_Store, ~$book.xlsx."""
    return file.name.startswith((".", "~$")) or file.name.lower() in {"thumbs.db", "desktop.ini"}


def _open_content(content: Content, reading_of: ReadingOf) -> Iterator[Source]:
    reading = reading_of(content.place)
    if reading is None:
        return
    head = head_of(content, HEAD)
    ending = Path(content.place.member or content.place.path.name).suffix.lower().lstrip(".")
    found = next(one for one in FORMATS if one.matches(head, ending))
    yield from found.open(content, reading)
