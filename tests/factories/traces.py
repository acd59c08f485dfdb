"""What a source says, in every spelling that a trace of it could have, and where to look for it."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import psutil

_MOST = 64 << 20
_SHORTEST = 6
_RRN_DIGITS = 13


def spellings(rows: Iterable[Sequence[str]]) -> set[bytes]:
    """Cells raw and canonical, in the encodings of sources; and hashed, as bytes and as text."""
    found: set[bytes] = set()
    for cell in {cell for row in rows for cell in row if cell}:
        digits = cell.replace("-", "")
        for text in {cell, digits, f"+82{digits[1:]}", *_born(digits)}:
            found |= {text.encode(one) for one in ("utf-8", "cp949", "utf-16-le", "utf-16-be")}
            found |= set(_hashed(text.encode()))
            found.add(b64encode(text.encode()).rstrip(b"="))
    return {one for one in found if len(one) >= _SHORTEST}


def _born(digits: str) -> Iterator[str]:
    """The birth date that an RRN says, as a lookup has it."""
    if len(digits) == _RRN_DIGITS and digits.isdecimal():
        yield f"19{digits[:6]}"
        yield f"19{digits[:2]}-{digits[2:4]}-{digits[4:6]}"


def _hashed(text: bytes) -> Iterator[bytes]:
    for name in ("sha256", "sha1", "md5"):
        digest = hashlib.new(name, text, usedforsecurity=False).digest()
        yield from (digest, digest.hex().encode(), digest.hex().upper().encode())
        yield b64encode(digest).rstrip(b"=")


def files_of(process: psutil.Process, but: Collection[psutil.Process] = ()) -> Iterator[Path]:
    """What a process and its children have open, unlinked files too; `but` those of some."""
    for one in (process, *process.children(recursive=True)):
        if one in but:
            continue
        folder = Path(f"/proc/{one.pid}/fd")
        try:
            handles = list(folder.iterdir())
        except OSError:
            continue
        yield from handles


def traces(places: Iterable[Path], canaries: set[bytes], sources: Iterable[Path]) -> list[str]:
    """The files in which something of a source stands, but the sources themselves."""
    own = {_identity(path) for path in sources}
    return [
        str(path) for path in places if _identity(path) not in own and _holds(_read(path), canaries)
    ]


def below(*folders: Path) -> Iterator[Path]:
    """Every file below some folders, as long as they are there."""
    for folder in folders:
        for where, _, names in os.walk(folder):
            yield from (Path(where) / name for name in names)


def _holds(data: bytes, canaries: set[bytes]) -> bool:
    return any(canary in data for canary in canaries)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _read(path: Path) -> bytes:
    """A regular file's bytes; nothing of a pipe, a socket or what went meanwhile."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_MOST)
    except OSError:
        return b""
