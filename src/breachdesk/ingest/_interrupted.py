"""What a build keeps so that its next run can go on, and what it may go on with.

Everything is in one folder, sealed under a key of the build. While sources are read there is
nothing to go on from: the next run begins anew, under another build id. Once all rows are on disk a
journal says so, and what the rows were read from; from then on the sources are not needed, and each
partition is evaluated once. `reported` is written before a release is published, so that a run that
was killed after that is known to have done its work.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from breachdesk.identifiers import CANONICALISATION_VERSION
from breachdesk.incident import Incident
from breachdesk.ingest._intake import Prepared
from breachdesk.ingest._journal import (
    Journal,
    SeenFile,
    decode_journal,
    decode_report,
    encode_journal,
    encode_report,
)
from breachdesk.ingest._open import expand
from breachdesk.ingest._request import BuildReport, BuildRequest
from breachdesk.ingest._sealed_file import read_sealed, sync_file, sync_names, write_sealed
from breachdesk.ingest._spill import BUILD_ID_BYTES, SpillKey
from breachdesk.ingest.errors import BuildError, SourceError
from breachdesk.keys import KeyFolder

_JOURNAL, _REPORTED, _PARTS = "journal-", "reported", "parts"
_SYNC_THREADS: Final = 8
#: What of a request decides no part: who reads, asks and publishes it, and how quickly.
_FREE: Final = frozenset(
    (
        *("incident", "keys", "releases", "ledger", "keep_ledger", "mapping"),
        *("peers", "unlock", "passwords", "workers", "max_slots", "clock", "on"),
        *("amend", "restart", "rejects", "wait", "replace_files", "beside"),
    )
)


class Work:
    """The folder of one build."""

    def __init__(self, folder: Path, keys: KeyFolder) -> None:
        """Look for a journal; nothing is written."""
        self.folder = folder
        self._keys = keys
        found = sorted(folder.glob(f"{_JOURNAL}*"))
        self._journal_path = found[0] if found else None
        build = found[0].name.removeprefix(_JOURNAL) if found else ""
        self._take(bytes.fromhex(build) if build else secrets.token_bytes(BUILD_ID_BYTES))

    def _take(self, build: bytes) -> None:
        self.spill_key = SpillKey(self._keys.derive(b"spill" + build), build)
        self.parts_secret = self._keys.derive(b"parts" + build)

    @property
    def parts(self) -> Path:
        """Where parts go that no ledger keeps."""
        return self.folder / _PARTS

    def journal(self) -> Journal | None:
        """What an interrupted build goes on from.

        Raises `BuildError` if keys or version are others.
        """
        if self._journal_path is None:
            return None
        try:
            content = read_sealed(self._journal_path, self.spill_key.secret)
        except BuildError:
            raise other_build() from None
        try:
            return decode_journal(content)
        except ValueError:
            raise _other_version() from None

    def begin(self) -> None:
        """An empty folder, under a build id that was never used. Raises `OSError`."""
        self.clear()
        self.folder.mkdir(mode=0o700)
        self._take(secrets.token_bytes(BUILD_ID_BYTES))

    def keep(self, journal: Journal) -> None:
        """From now on the next run can go on. Raises `OSError`."""
        paths = [path for path in self.folder.iterdir() if path.is_file()]
        with ThreadPoolExecutor(_SYNC_THREADS) as pool:
            for _ in pool.map(sync_file, paths):
                pass
        sync_names(self.folder)
        path = self.folder / f"{_JOURNAL}{self.spill_key.build.hex()}"
        write_sealed(path, self.spill_key.secret, encode_journal(journal))
        self._journal_path = path

    @property
    def can_go_on(self) -> bool:
        """Whether there is a journal."""
        return self._journal_path is not None

    def report(self, report: BuildReport) -> None:
        """Say what this build is about to publish. Raises `OSError`."""
        write_sealed(self.folder / _REPORTED, self.spill_key.secret, encode_report(report))

    def reported(self) -> BuildReport | None:
        """What this build was about to publish when it was interrupted."""
        path = self.folder / _REPORTED
        if not path.exists():
            return None
        content = read_sealed(path, self.spill_key.secret)
        try:
            return decode_report(content)
        except (ValueError, KeyError, TypeError):
            raise _other_version() from None

    def finish(self) -> None:
        """Leave nothing of a build that was published. The journal goes last: until then the next
        run sees that the work is done."""
        kept = {self._journal_path, self.folder / _REPORTED}
        for path in sorted(self.folder.iterdir()):
            if path.is_dir():
                shutil.rmtree(path)
            elif path not in kept:
                path.unlink()
        self.clear()

    def clear(self) -> None:
        """Leave nothing. The journal goes first, so that nobody goes on from the rest."""
        if self._journal_path is not None:
            self._journal_path.unlink(missing_ok=True)
            self._journal_path = None
        if self.folder.exists():
            shutil.rmtree(self.folder)


def binding_of(
    request: BuildRequest, incident: Incident, keys: KeyFolder, ledger: Path | None
) -> bytes:
    """What must be the same for a build to go on with the parts of another."""
    public = keys.public
    said = {one.name: repr(getattr(request, one.name)) for one in fields(request)}
    values: dict[str, Any] = {
        "incident": incident.release_binding().hex(),
        "origin": public.origin,
        "epoch": public.epoch,
        "canonicalisation": CANONICALISATION_VERSION,
        "oprf": {kind: key.public.hex() for kind, key in public.oprf.items()},
        "mapping": _mapping_digest(request.mapping),
        "ledger": str(ledger),
        "said": {name: text for name, text in said.items() if name not in _FREE},
        "here": str(Path.cwd()),
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).digest()


def seen(prepared: Sequence[Prepared]) -> tuple[SeenFile, ...]:
    """The files of sources as they are now. Raises `OSError`."""
    paths = dict.fromkeys(one.origin for one in prepared)
    return tuple(SeenFile.now(path) for path in paths)


def with_digests(files: Iterable[SeenFile], digests: Iterable[bytes]) -> tuple[SeenFile, ...]:
    """The same files, once they were read."""
    return tuple(
        SeenFile(one.path, one.size, one.modified, one.inode, digest)
        for one, digest in zip(files, digests, strict=True)
    )


def check_unchanged(journal: Journal, sources: Iterable[Path]) -> None:
    """Refuse to go on with rows of files that are others now; one that is gone is not needed.

    Raises `BuildError`.
    """
    known = {one.path: one for one in journal.files}
    try:
        named = {path.absolute() for path in expand(sources) if path.exists()}
    except SourceError:
        named = set()
    for path in sorted(named | set(known)):
        if path.exists() and not _same(path, known.get(path)):
            raise BuildError(
                "source-changed",
                f"{path.name} is not what it was when this build was interrupted.",
                "Put the file back as it was and run the same command again, or begin anew with "
                "--restart.",
            )


def other_build() -> BuildError:
    """Another build was interrupted here."""
    return BuildError(
        "interrupted",
        "Another build was interrupted in this folder of releases: of another incident file, of "
        "other sources, columns or keys, or with another ledger.",
        "Run that command again to go on with it, or give --restart to this one, which drops what "
        "the other had done.",
    )


def _other_version() -> BuildError:
    return BuildError(
        "interrupted",
        "A build of another version was interrupted in this folder of releases.",
        "Run it again with that version, or give --restart to begin anew.",
    )


def _same(path: Path, known: SeenFile | None) -> bool:
    if known is None:
        return False
    now = SeenFile.now(path)
    if (now.size, now.modified, now.inode) == (known.size, known.modified, known.inode):
        return True
    return now.size == known.size and _digest(path) == known.digest


def _mapping_digest(mapping: Path | None) -> str | None:
    return _digest(mapping).hex() if mapping and mapping.is_file() else None


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
