"""The end of an incident: a tombstone, and a release of what is left, made from the ledger."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from breachdesk.ingest._announce import make_manifest, retirements
from breachdesk.ingest._compose import Composed, Recipe, compose
from breachdesk.ingest._evaluators import LocalEvaluators
from breachdesk.ingest._history import retired_names
from breachdesk.ingest._interrupted import Work
from breachdesk.ingest._ledger import Ledger
from breachdesk.ingest._opening import RELEASE_KEYS, KeyChoice, open_ledger
from breachdesk.ingest._part_set import Shelved
from breachdesk.ingest._precondition import check_keeps_earlier, check_keys
from breachdesk.ingest._request import Progress, silent
from breachdesk.ingest._selfcheck import PublicPath, check_held
from breachdesk.ingest._workers import Workers
from breachdesk.ingest.errors import BuildError, RetireError
from breachdesk.keys import KeyFolder, Unlock, tell
from breachdesk.release import (
    Current,
    Manifest,
    Stage,
    Store,
    Tombstone,
    drop_older_buckets,
    encode_manifest,
    encode_tombstone,
)


@dataclass(frozen=True, slots=True)
class RetireIncidentRequest:
    """The incident's id, and why it ends, in `ko` and `en`: everybody can read that in the log.

    `ledger` is the ledger's folder, by default beside that of the releases. `on` is the day that
    the manifest names, today if None. `clock` gives Unix seconds.
    """

    incident: str
    reason: Mapping[str, str]
    keys: Path
    releases: Path
    ledger: Path | None = None
    unlock: Unlock | None = field(default=None, repr=False)
    workers: int | None = None
    on: date | None = None
    clock: Callable[[], float] = field(default=time.time, repr=False)


@dataclass(frozen=True, slots=True)
class RetiredIncident:
    """What was done. `tombstone` and `release` are numbers in the log.

    `release` is None if no incident is left; `dropped` are the releases whose buckets are gone.
    """

    incident: str
    tombstone: int
    release: int | None
    left: tuple[str, ...]
    dropped: tuple[int, ...]


def retire_incident(request: RetireIncidentRequest, progress: Progress = silent) -> RetiredIncident:
    """Publish the tombstone, then the release without the incident, then delete what held it.

    Killed at any point, it is run again and does what is left. Raises `RetireError`, `BuildError`,
    `StoreError`, `ReleaseError` or `KeysError`.
    """
    keys = KeyChoice(request.keys, request.unlock, (*RELEASE_KEYS, "ledger")).open()
    with _disk(), Store(request.releases).lock() as store:
        current = store.current()
        done = retired_names(store)
        _check_known(request.incident, current, done)
        if current is None:
            return RetiredIncident(request.incident, done[request.incident], None, (), ())
        check_keys(current, keys)
        with open_ledger(request.ledger, request.releases, store, keys) as ledger:
            return _Retiring(request, keys, store, ledger, current).run(progress)


class _Retiring:
    """One retirement under the locks of its folders."""

    def __init__(
        self,
        request: RetireIncidentRequest,
        keys: KeyFolder,
        store: Store,
        ledger: Ledger,
        current: Current,
    ) -> None:
        self._request = request
        self._keys = keys
        self._store = store
        self._ledger = ledger
        self._current = current

    def run(self, progress: Progress) -> RetiredIncident:
        """Tombstone, release, buckets, part sets."""
        id_, store = self._request.incident, self._store
        retired = {*retired_names(store), id_}
        listed = self._current.manifest.incidents
        left = [one for one in listed if one.id not in retired]
        sets = self._sets_left(retired)
        covered = {(one.set.incident.id, one.set.incident.number) for one in sets}
        check_keeps_earlier(self._current, covered, retired)
        number = retired_names(store).get(id_) or self._bury(id_)
        release = None
        if left and len(left) < len(listed):
            release = self._release(sets, progress)
        elif left:
            release = self._current.number
        dropped = drop_older_buckets(store, release)
        in_force = store.current()
        self._ledger.sweep(
            in_force.manifest.release_id if in_force and left else None, self._interrupted()
        )
        tell(self._request.keys, "incident.retired", {"incident": id_, "number": number})
        return RetiredIncident(id_, number, release, tuple(one.id for one in left), dropped)

    def _sets_left(self, retired: set[str]) -> tuple[Shelved, ...]:
        held = self._ledger.shelved(self._current.manifest.release_id)
        return tuple(one for one in held if one.set.incident.id not in retired)

    def _bury(self, id_: str) -> int:
        """The tombstone's number."""
        with self._store.stage() as stage:
            facts: dict[str, str | int] = {"incident": id_, "number": stage.number}
            tell(self._request.keys, "incident.retiring", facts)
            tombstone = Tombstone(self._keys.origin, stage.number, id_, self._request.reason)
            self._publish(stage, encode_tombstone(tombstone))
            return stage.number

    def _release(self, sets: tuple[Shelved, ...], progress: Progress) -> int:
        """Make and publish the release without what is retired; its number."""
        store, keys, earlier = self._store, self._keys, self._current.manifest
        with store.stage() as stage, _scratch(stage) as scratch:
            recipe = Recipe(keys, sets, earlier.buckets.max_slots, scratch, os.urandom(32))
            with Workers(self._request.workers or os.cpu_count() or 1, None) as workers:
                composed = compose(recipe, workers, stage, progress)
            manifest = make_manifest(
                stage.number,
                keys,
                composed.shape,
                composed.root,
                composed.incidents,
                retirements(earlier, composed.incidents, self._day()),
            )
            _check(manifest, stage, composed)
            self._ledger.write_record(manifest.release_id, earlier.release_id, sets)
            self._publish(stage, encode_manifest(manifest))
            progress("publish", 1, 1, "releases")
            return stage.number

    def _publish(self, stage: Stage, entry: bytes) -> None:
        stage.publish(entry, self._keys.log, self._keys.timestamp, int(self._request.clock()))

    def _day(self) -> date:
        now = datetime.fromtimestamp(self._request.clock()).astimezone()
        return self._request.on or now.date()

    def _interrupted(self) -> str | None:
        """The part set of a build that was interrupted here: its next run needs it."""
        try:
            journal = Work(self._store.building, self._keys).journal()
        except BuildError:  # of other keys, whose ledger is another one
            return None
        return journal.set_id if journal else None


def _check_known(id_: str, current: Current | None, retired: Mapping[str, int]) -> None:
    known = {one.id for one in current.manifest.incidents} if current else set()
    if id_ in known or id_ in retired:
        return
    listed = ", ".join(sorted(known - set(retired))) or "none"
    raise RetireError(
        f"the release in force does not cover the incident {id_}",
        f"name one that it covers: {listed}",
    )


def _check(manifest: Manifest, stage: Stage, composed: Composed) -> None:
    """Look for sampled entries, as whoever has their outputs. Raises `BuildError`."""
    path = PublicPath(manifest, lambda index: stage.bucket(index).read_bytes(), LocalEvaluators({}))
    check_held(path, composed.samples, composed.shape)


@contextlib.contextmanager
def _scratch(stage: Stage) -> Iterator[Path]:
    """A private folder beside the stage, which goes with it also after a kill."""
    folder = Path(tempfile.mkdtemp(prefix="joined-", dir=stage.folder.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetireError(
            "the folder of releases or the ledger cannot be written "
            f"({error.strerror or type(error).__name__})",
            "free space on its disk, then run the same command again: it does what is left",
        ) from None
