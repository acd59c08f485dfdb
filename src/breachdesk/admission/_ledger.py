"""Evaluations by day and kind, kept for good on this machine's disk.

One SQLite file, written through to the disk before an evaluation that it counts is made. So
whatever ends a process, the count is too high by what was reserved and not used, and never too low.
Several processes may have it open; it must be on a local disk.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from breachdesk.admission.errors import OptionError, StoreError

COUNTS_FILE: Final = "counts.sqlite3"
DAY_SECONDS: Final = 86_400

_WAIT: Final = 5.0
_TABLES: Final = """
create table if not exists host (id text not null);
create table if not exists evaluations (
  day integer not null, kind text not null, epoch integer not null, evaluations integer not null,
  primary key (day, kind, epoch)) without rowid;
create table if not exists everywhere (
  day integer not null, kind text not null, epoch integer not null,
  of_day integer not null, of_epoch integer not null,
  primary key (day, kind, epoch)) without rowid;
"""
_ADD: Final = """
insert into evaluations values (?, ?, ?, ?)
on conflict do update set evaluations = evaluations + excluded.evaluations
"""
_NOTE: Final = """
insert into everywhere values (?, ?, ?, ?, ?)
on conflict do update set of_day = max(of_day, excluded.of_day),
                          of_epoch = max(of_epoch, excluded.of_epoch)
"""
_OWN: Final = """
select coalesce(sum(evaluations) filter (where day = ?), 0), coalesce(sum(evaluations), 0)
from evaluations where kind = ? and epoch = ?
"""
_ALL: Final = "select day, kind, epoch, evaluations from evaluations order by day, kind, epoch"
_EVERYWHERE: Final = """
select coalesce(max(of_day) filter (where day = ?), 0), coalesce(max(of_epoch), 0)
from everywhere where kind = ? and epoch = ?
"""


@dataclass(frozen=True, slots=True)
class DayCount:
    """Evaluations of a day (UTC, ISO 8601) under one key: reserved, so at least those made."""

    day: str
    kind: str
    epoch: int
    evaluations: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Evaluations under a key: of the day and of its epoch."""

    day: int
    epoch: int


class Ledger:
    """The file of one state folder. May be used from several threads."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder (0700) and the file (0600). Raises `OptionError`."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / COUNTS_FILE
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._database = sqlite3.connect(
                path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            self._lock = threading.Lock()
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = full")
            self.host = self._prepare()
        except (OSError, sqlite3.Error) as error:
            kind = type(error).__name__
            raise OptionError(
                "state", f"the folder's {COUNTS_FILE} cannot be written ({kind}): name a folder on "
                "a local disk; restore a damaged file from a copy, since it holds what was counted"
            ) from None  # fmt: skip

    def reserve(self, kind: str, epoch: int, day: int, wanted: int, most: Totals) -> int:
        """Count up to `wanted` evaluations, as far as neither total goes over `most`.

        How many were granted; 0 when a total is reached. Raises `StoreError`.
        """
        with self._writing() as run:
            own = Totals(*run(_OWN, (day, kind, epoch)).fetchone())
            granted = max(0, min(wanted, most.day - own.day, most.epoch - own.epoch))
            if granted:
                run(_ADD, (day, kind, epoch, granted))
        return granted

    def add(self, kind: str, epoch: int, day: int, amount: int, everywhere: Totals) -> None:
        """Count evaluations that another place granted, and what it says of all hosts."""
        with self._writing() as run:
            run(_ADD, (day, kind, epoch, amount))
            run("delete from everywhere where day < ? and kind = ? and epoch = ?",
                (day, kind, epoch))  # fmt: skip
            run(_NOTE, (day, kind, epoch, everywhere.day, everywhere.epoch))

    def own(self, kind: str, epoch: int, day: int) -> Totals:
        """What this machine counted. Raises `StoreError`."""
        return self._totals(_OWN, kind, epoch, day)

    def everywhere(self, kind: str, epoch: int, day: int) -> Totals:
        """The most that this machine was told of all hosts. Raises `StoreError`."""
        return self._totals(_EVERYWHERE, kind, epoch, day)

    def close(self) -> None:
        """Nothing can be counted afterwards."""
        with self._lock:
            self._database.close()

    def _prepare(self) -> str:
        """The tables, and the name of this machine among those that share a Redis."""
        self._database.executescript(_TABLES)
        with self._writing() as run:
            found = run("select id from host", ()).fetchone()
            if found is None:
                found = (secrets.token_hex(8),)
                run("insert into host values (?)", found)
        return str(found[0])

    def _totals(self, query: str, kind: str, epoch: int, day: int) -> Totals:
        try:
            with self._lock:
                return Totals(*self._database.execute(query, (day, kind, epoch)).fetchone())
        except sqlite3.Error as error:
            raise StoreError(f"counts: {type(error).__name__}") from None

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """A transaction that is on the disk when this ends. Raises `StoreError`."""
        try:
            with self._lock:
                self._database.execute("begin immediate")
                try:
                    yield self._database.execute
                    self._database.execute("commit")
                except BaseException:
                    if self._database.in_transaction:
                        self._database.execute("rollback")
                    raise
        except sqlite3.Error as error:
            raise StoreError(f"counts: {type(error).__name__}") from None


def read_counts(folder: Path) -> list[DayCount]:
    """The counts of a state folder in order of day, kind and epoch; none where it has none yet.

    Raises `StoreError` for a file that cannot be read.
    """
    path = folder / COUNTS_FILE
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(_ALL).fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"counts: {type(error).__name__}") from None
    return [DayCount(_date(day), kind, epoch, number) for day, kind, epoch, number in rows]


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_SECONDS, UTC).date().isoformat()
