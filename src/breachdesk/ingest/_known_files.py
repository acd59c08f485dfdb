"""Files that are in the ledger already, perhaps in another version: a question, never a doubling.

An export with some rows corrected is a new file to every digest. Added, its people would have both
versions. It is known by its name before it is read, and by its people once they are evaluated: who
is in both with the same items and questions.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from breachdesk.ingest._outputs import distinct
from breachdesk.ingest._part_set import Shelved
from breachdesk.ingest._parts import PERSON_BYTES, SEGMENTS, read_people
from breachdesk.ingest._record_rows import Rows
from breachdesk.ingest._workers import Workers
from breachdesk.ingest.errors import BuildError

#: Where a person's number of records is (`_join`).
_RECORDS: Final = slice(20, 22)


@dataclass(frozen=True, slots=True)
class AlikeTask:
    """The people of two part sets whose subject id begins with `byte`."""

    byte: int
    new: tuple[tuple[Path, ...], bytes] = field(repr=False)
    earlier: tuple[tuple[Path, ...], bytes] = field(repr=False)


def check_names(names: Iterable[str], earlier: Sequence[Shelved]) -> None:
    """Refuse a file with the name of one in the ledger. Raises `BuildError`."""
    wanted = {_folded(name) for name in names}
    for one in earlier:
        for file in one.set.files:
            if _folded(file.name) in wanted:
                raise _known(one, f"{file.name} is", file.name)


def check_people(new: Shelved, earlier: Sequence[Shelved], workers: Workers) -> None:
    """Refuse sources of which most people are in one part set already, as they are there.

    Raises `BuildError` or `OSError`.
    """
    for one in earlier:
        places = (new.paths, new.secret), (one.paths, one.secret)
        tasks = (AlikeTask(byte, *places) for byte in range(SEGMENTS))
        if 2 * sum(workers.run(count_alike, tasks)) >= new.set.subjects:
            names = " or ".join(file.name for file in one.set.files) or "an earlier build"
            first = one.set.files[0].name if one.set.files else "NAME"
            raise _known(
                one, f"At least half of these people, with the same items, are ({names})", first
            )


def count_alike(task: AlikeTask) -> int:
    """How many people of the new set are in the earlier one just so. Runs in a worker."""
    new, earlier = (distinct(_people(*place, task.byte)) for place in (task.new, task.earlier))
    return len(new) + len(earlier) - len(distinct(np.concatenate((new, earlier))))


def _people(paths: tuple[Path, ...], secret: bytes, byte: int) -> Rows:
    """Subject id, items and lookups of people; how many records they have may differ."""
    data = b"".join(read_people(path, secret, byte) for path in paths)
    people = np.frombuffer(data, np.uint8).reshape(-1, PERSON_BYTES)
    return np.delete(people, _RECORDS, axis=1)


def without_files(sets: Sequence[Shelved], names: Collection[str]) -> tuple[Shelved, ...]:
    """The part sets of an incident that stay when some files are replaced.

    Rows of theirs that were rejected and read again go with them. Raises `BuildError` for a file
    that is in none, or in one with files that are not replaced.
    """
    wanted = {_folded(name) for name in names}
    gone = [one for one in sets if wanted & _names(one)]
    if wanted - {name for one in gone for name in _names(one)}:
        listed = ", ".join(file.name for one in sets for file in one.set.files) or "no names"
        raise BuildError(
            "source-known",
            "The ledger has no file of that name for this incident.",
            f"Name one that it has ({listed}), or give all files with --replace.",
        )
    if more := [
        file.name for one in gone for file in one.set.files if _folded(file.name) not in wanted
    ]:
        raise BuildError(
            "source-known",
            f"That file was built together with {', '.join(more)}, and people are joined over the "
            "files of a build.",
            "Give these files too, with --replace-file for each; or all files of the incident with "
            "--replace.",
        )
    releases = {one.set.release for one in gone}
    return tuple(one for one in sets if one not in gone and not _read_again_from(one, releases))


def _read_again_from(one: Shelved, releases: Collection[int]) -> bool:
    """Whether a set is of rejected rows of these releases. Raises `BuildError` if in part."""
    origins = [moved.release in releases for moved in one.set.moved]
    if any(origins) and not all(origins):
        raise BuildError(
            "source-known",
            "Rejected rows of that file were read again together with those of others.",
            "Give all files of the incident with --replace.",
        )
    return any(origins)


def _names(one: Shelved) -> set[str]:
    return {_folded(file.name) for file in one.set.files}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _known(one: Shelved, what: str, name: str) -> BuildError:
    rows = f"{one.set.records.indexed:,} records"
    built = f", built on {one.set.built.isoformat()} with {rows}" if one.set.built else ""
    return BuildError(
        "source-known",
        f"{what} in the ledger already{built}.",
        f"If this is a corrected version, give --replace-file {name}, which puts it in place of "
        "that file, or all files of the incident with --replace. If it is something else and both "
        "count, add it with --beside.",
    )
