"""Open whatever a source is: by what its bytes are first, by its name's ending second."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from breachdesk.ingest._formats import HEAD, ReadingOf, members_of, open_tables, too_deep
from breachdesk.ingest._passwords import NO_PASSWORDS, Passwords
from breachdesk.ingest._source import Source
from breachdesk.ingest._stream import Content, SourceFile, head_of
from breachdesk.ingest.errors import SourceError

MOST_NESTED: Final = 3
"""Archives in archives in archives; deeper ones are refused."""


def open_path(
    path: Path, reading_of: ReadingOf, passwords: Passwords = NO_PASSWORDS
) -> list[Source]:
    """Return every table of a file. Raises SourceError for what nobody can read."""
    return list(_open(SourceFile(path), reading_of, passwords, MOST_NESTED))


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


def _open(
    content: Content, reading_of: ReadingOf, passwords: Passwords, nested: int
) -> Iterator[Source]:
    if reading_of(content.place) is None:
        return
    head = head_of(content, HEAD)
    members = members_of(content, head, passwords)
    if members is None:
        yield from open_tables(content, head, reading_of)
        return
    if nested == 0:
        raise too_deep(content.place)
    for member in members:
        yield from _open(member, reading_of, passwords, nested - 1)
