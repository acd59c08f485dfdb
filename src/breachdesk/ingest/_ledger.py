"""The ledger: what later releases need of earlier builds, sealed under a key of its own.

    <folder>/epoch-1/releases/<release id>     sealed: which part sets the release is made of
    <folder>/epoch-1/sets/<part set id>/       a part set (`_part_set`)
    <folder>/epoch-1/waiting                   sealed: part sets of a release that is not whole yet

A part set counts once the record of the release in force names it, and not before. A build writes
the parts, then their description, then the record, and publishes last: killed before that, the old
record counts, and what is new is an orphan; killed after it, the new one does. What no release in
force needs is removed when the ledger is next opened for a build, so no more personal data is kept
than the next release takes. Of a new epoch, some incidents may wait for others (`_waiting`): what
waits does so for the one release that was in force then, and is of no use after another.
"""

import contextlib
import fcntl
import hmac
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from breachdesk.ingest._part_set import Shelved, read_description
from breachdesk.ingest._sealed_file import read_sealed, sync_names, write_sealed
from breachdesk.ingest.errors import BuildError

_SETS, _RECORDS, _WAITING, _LOCK = "sets", "releases", "waiting", ".lock"
_SET_LABEL: Final = b"breachdesk/ledger/set/v1"
_RECORD_LABEL: Final = b"breachdesk/ledger/record/v1"
_SOURCE_LABEL: Final = b"breachdesk/ledger/source/v1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Part sets that wait to be published, and the incident files' text by incident id."""

    sets: tuple[Shelved, ...]
    texts: Mapping[str, str]


NOTHING_WAITS: Final = Waiting((), {})


def default_folder(releases: Path) -> Path:
    """Where the ledger of a folder of releases is if nobody says otherwise."""
    return releases.absolute().with_name(releases.absolute().name + "-ledger")


def epoch_folder(folder: Path, epoch: int) -> Path:
    """Where the ledger of one epoch's keys is."""
    return folder / f"epoch-{epoch}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one log and epoch. `key` is the ledger key of the key folder."""

    folder: Path
    origin: str
    key: bytes = field(repr=False)

    @contextlib.contextmanager
    def lock(self) -> Iterator["Ledger"]:
        """Make the folder if it is not there, and hold it. Raises `BuildError` or `OSError`."""
        for path in (self.folder.parent, self.folder, self._sets, self._records):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.parent.stat().st_mode & 0o077:
            raise BuildError(
                "ledger",
                "The ledger folder is open to other users of this machine.",
                f"Take their rights away (chmod 700 {self.folder.parent.name}), and find out who "
                "used them.",
            )
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BuildError(
                    "ledger", "Another command uses this ledger.", "Wait until it has ended."
                ) from None
            yield self
        finally:
            os.close(descriptor)

    def shelved(self, release_id: bytes | None) -> tuple[Shelved, ...]:
        """The part sets of a release, in the order of adding; none if it is not in the ledger."""
        if release_id is None or not (self._records / release_id.hex()).is_file():
            return ()
        return tuple(
            read_description(self.set_folder(one), self.set_secret(one))
            for one in self._record(release_id.hex())["sets"]
        )

    def check_belongs(self, releases: Collection[bytes], current: bytes | None) -> None:
        """Refuse a ledger whose records are of other releases; `releases` are ids of this log.

        Of this log are records of its releases, and of one that was to follow one of them (or to be
        the first, where there is none) and was never published. Raises `BuildError`.
        """
        own = {one.hex() for one in releases}
        bases = own if current else {None}
        for path in self._records.iterdir():
            if path.name.startswith(".") or path.name in own:
                continue
            found = self._record(path.name)
            if found["origin"] != self.origin or found["base"] not in bases:
                raise BuildError(
                    "ledger",
                    "This ledger belongs to another folder of releases.",
                    "Name the one that goes with it (--ledger), or a folder that does not exist.",
                )

    def write_record(self, release_id: bytes, base: bytes | None, sets: Sequence[Shelved]) -> None:
        """Say what a release is made of, before it is published. Raises `OSError`."""
        content = {"origin": self.origin, "base": _hex(base), "sets": [one.set.id for one in sets]}
        path = self._records / release_id.hex()
        write_sealed(path, self._secret(_RECORD_LABEL), json.dumps(content).encode())

    def write_waiting(
        self, current: bytes, number: int, sets: Sequence[Shelved], texts: Mapping[str, str]
    ) -> None:
        """Say what waits to be published as entry `number` after a release. Raises `OSError`."""
        ids = [one.set.id for one in sets]
        content = {"after": current.hex(), "number": number, "sets": ids, "texts": dict(texts)}
        secret = self._secret(_RECORD_LABEL)
        write_sealed(self.folder / _WAITING, secret, json.dumps(content).encode())

    def waiting(self, current: bytes, number: int) -> Waiting:
        """What waits for that. Raises `BuildError` or `OSError`."""
        found = self._waiting()
        if (found.get("after"), found.get("number")) != (current.hex(), number):
            return NOTHING_WAITS
        places = ((self.set_folder(one), self.set_secret(one)) for one in found["sets"])
        return Waiting(tuple(read_description(*one) for one in places), found["texts"])

    def sweep(self, current: bytes | None, also: str | None = None) -> None:
        """Remove what the release in force does not need, but for the part set `also`."""
        kept = {also} if also else set()
        waiting = self._waiting()
        if current is not None and waiting.get("after") == current.hex():
            kept |= set(waiting["sets"])
        else:
            (self.folder / _WAITING).unlink(missing_ok=True)
        if current is not None and (self._records / current.hex()).is_file():
            kept |= set(self._record(current.hex())["sets"])
        for path in self._records.iterdir():
            if path.name != _hex(current):
                path.unlink()
        for path in self._sets.iterdir():
            if path.name not in kept:
                shutil.rmtree(path)

    def set_folder(self, set_id: str) -> Path:
        """Where a part set is."""
        return self._sets / set_id

    def set_secret(self, set_id: str) -> bytes:
        """What the parts of a set are sealed under."""
        return self._secret(_SET_LABEL + bytes.fromhex(set_id))

    def source_digest(self, digest: bytes) -> str:
        """A source's digest as the ledger keeps it: keyed, so that it confirms no copy."""
        return hmac.digest(self._secret(_SOURCE_LABEL), digest, "sha256").hex()

    @property
    def _sets(self) -> Path:
        return self.folder / _SETS

    @property
    def _records(self) -> Path:
        return self.folder / _RECORDS

    def _record(self, name: str) -> dict[str, Any]:
        found = json.loads(read_sealed(self._records / name, self._secret(_RECORD_LABEL)))
        return dict(found)

    def _waiting(self) -> dict[str, Any]:
        path = self.folder / _WAITING
        if not path.exists():
            return {}
        return dict(json.loads(read_sealed(path, self._secret(_RECORD_LABEL))))

    def _secret(self, label: bytes) -> bytes:
        return hmac.digest(self.key, label + self.origin.encode(), "sha256")


def make_set_folder(folder: Path) -> None:
    """A folder for parts, without what was half written when a build was killed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.glob(".*"):
        path.unlink(missing_ok=True)
    sync_names(folder.parent)


def erase_epoch(folder: Path) -> None:
    """Remove the ledger of an epoch; its key is what made it readable."""
    if folder.is_dir():
        shutil.rmtree(folder)


def _hex(release_id: bytes | None) -> str | None:
    return None if release_id is None else release_id.hex()
