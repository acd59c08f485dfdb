"""What a build is asked, what it tells while it runs, and what it reports at the end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from breachdesk.incident import Problem
from breachdesk.ingest._passwords import NO_PASSWORDS, Passwords
from breachdesk.keys import Unlock
from breachdesk.release import Change

#: PROTOCOL 6.2: the number of people who may share one input.
DEFAULT_MAX_SLOTS = 8


Amend = Literal["add", "replace"]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One build. `workers` None means one for each core; `clock` gives Unix seconds.

    `sources` are files, folders or patterns. `mapping` is a file that says what the columns hold;
    None lets the build guess, and refuse where it is not sure. `passwords` open archives. `peers`
    are base URLs of the other holders where the keys are split and this folder has a share;
    `unlock` says what opens a sealed key folder. `on` is the day that the manifest names, today
    if None: who repeats a build, to compare its bytes, names the day of the first.

    `rejects` is a new file for the rejected rows, sealed; by default `<releases>-rejects/<number>`.
    `from_rejects` is such a file of an earlier build, to read instead of `sources`: with `amend`
    `add`, its rows are indexed beside what the ledger has.

    `amend` says what becomes of what the ledger has of the incident: `add` to it, or `replace` it.
    With `add`, `replace_files` names files in the ledger whose records go, and `beside` says that
    sources which look like some in the ledger are others.
    `restart` drops what an interrupted build had done. `ledger` is a folder, by default beside that
    of the releases; without `keep_ledger` there is none, and no later build can add to this one.
    `wait`: under the keys of a new epoch, keep what is built until all incidents of the release in
    force are, and publish then.
    """

    incident: Path
    sources: tuple[Path, ...]
    keys: Path
    releases: Path
    mapping: Path | None = None
    peers: tuple[str, ...] = ()
    unlock: Unlock | None = field(default=None, repr=False)
    encoding: str | None = None
    delimiter: str | None = None
    workers: int | None = None
    max_slots: int = DEFAULT_MAX_SLOTS
    passwords: Passwords = field(default=NO_PASSWORDS, repr=False)
    clock: Callable[[], float] | None = field(default=None, repr=False)
    on: date | None = None
    rejects: Path | None = None
    from_rejects: Path | None = None
    amend: Amend | None = None
    restart: bool = False
    ledger: Path | None = None
    keep_ledger: bool = True
    wait: bool = False
    replace_files: tuple[str, ...] = ()
    beside: bool = False

    def day(self) -> date:
        """The day of building, of this machine's calendar if it was not named."""
        now = (self.clock or time.time)()
        return self.on or datetime.fromtimestamp(now).astimezone().date()


class Progress(Protocol):
    """Told how far a stage is. `total` None: not known. Called from one thread only."""

    def __call__(self, stage: str, done: int, total: int | None, unit: str, /) -> None:
        """Stage `stage` has done `done` of `total` units."""


def silent(stage: str, done: int, total: int | None, unit: str) -> None:
    """A `Progress` that tells nobody."""


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a stage took, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LookupReport:
    """One lookup: people and entries it holds, and the rows it cannot hold by reason."""

    id: str
    subjects: int
    entries: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A table of a file. `number` is that of the file, from 1, in the order given to `release`.

    `read` = `indexed` + the sum of `rejected`.
    """

    release: int
    number: int
    file: str
    member: str
    table: str
    read: int
    indexed: int
    rejected: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A published release. `rows_read` = `rows_indexed` + the sum of `rejected`.

    Or what waits to be published, with the incidents that it `waits_for`: then `release` and
    `release_id` are None, there are no `changes`, and what is said of buckets is of a release of
    all that waits, which was made and asked as a trial.

    `sources` says so table by table. `rejects` is the file of the rejected rows, None if there are
    none. `reread`: the rows are those that this release had rejected.

    The stage `evaluate` is waiting for PRF outputs, `group` all else that the workers do meanwhile;
    `spill_bytes` are the temporary files at their largest. `evaluations` counts PRF evaluations,
    `token_evaluations` those of them that gave the channel tokens of the source's addresses, in
    `token_seconds` of all workers together; `peak_memory` is in bytes, the sum of each process's
    own peak, and so never less than the peak of the sum; `release_bytes` is the size of all
    buckets. `changes` are those of the manifest; all other counts of rows and people are of this
    build's sources alone.
    """

    release: int | None
    release_id: str | None
    waits_for: tuple[str, ...]
    incident: str
    rows_read: int
    rows_indexed: int
    rejected: Mapping[str, int]
    sources: tuple[SourceReport, ...]
    rejects: str | None
    reread: int | None
    subjects: int
    lookups: tuple[LookupReport, ...]
    evaluations: int
    token_evaluations: int
    token_seconds: float
    buckets: int
    capacity: int
    release_bytes: int
    spill_bytes: int
    checked: int
    changes: tuple[Change, ...]
    workers: int
    stages: tuple[StageTime, ...]
    seconds: float
    peak_memory: int
    warnings: tuple[Problem, ...]

    @property
    def rows_per_second(self) -> float:
        """Rows read for each second of the whole build."""
        return self.rows_read / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        changes = [asdict(one) | {"on": one.on.isoformat()} for one in self.changes]
        return asdict(self) | {"rows_per_second": self.rows_per_second, "changes": changes}
