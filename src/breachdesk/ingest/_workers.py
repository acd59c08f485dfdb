"""Worker processes of a build, on all cores. One worker is the build's own process.

Others are spawned, never forked: neither Polars' threads nor libsodium's state survive a fork. They
learn what they need once, over a pipe, and keep it in memory; nothing secret is in an argument or
the environment. They end when the process that started them ends, however it ends.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import connection
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Self, TypeVar

from breachdesk.incident import Lookup
from breachdesk.ingest._evaluators import Evaluators
from breachdesk.ingest._memory import peak_memory
from breachdesk.ingest._spill import SpillKey
from breachdesk.ingest._traces import leave_no_core
from breachdesk.ingest.errors import BuildError

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Tasks handed out for each worker at a time: enough to keep it busy, few enough to stay small.
_TASKS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What the tasks of one build need that evaluate; the letter key only if a lookup takes codes.

    Parts go into the folder `parts`, sealed under `parts_secret`.
    """

    spill: Path
    spill_key: SpillKey
    parts: Path
    parts_secret: bytes = field(repr=False)
    lookups: tuple[Lookup, ...]
    epoch: int
    incident: int
    evaluators: Evaluators
    subject_key: bytes = field(repr=False)
    letter_key: bytes | None = field(repr=False)


_setting: Setting | None = None


def setting() -> Setting:
    """What this worker evaluates with."""
    if _setting is None:
        raise RuntimeError("not a worker that evaluates")
    return _setting


class Workers:
    """Workers, for the length of a `with` block."""

    def __init__(self, count: int, setting: Setting | None) -> None:
        """`setting` None: no task evaluates."""
        self.count = count
        self._peaks: dict[int, int] = {}
        self._given = setting
        self._pool = None if count == 1 else _pool(count, setting)

    def __enter__(self) -> Self:
        """Start all workers now, so that they load while files are read."""
        if self._pool is None:
            _keep(self._given)
            return self
        for _ in range(self.count):
            _start(self._pool, os.getpid)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the tasks that run, drop those that do not."""
        if self._pool is None:
            _keep(None)
            return
        self._pool.shutdown(wait=True, cancel_futures=True)

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results of `function` for all tasks, in no order. Raises what a task raises.

        At most a few tasks and results wait at any time. `function` is one of a module.
        """
        if self._pool is None:
            yield from map(function, tasks)
            return
        yield from self._run(self._pool, function, iter(tasks))

    def peak_memory(self) -> int:
        """Bytes: the sum of the peaks of this process and its workers."""
        return peak_memory() + sum(self._peaks.values())

    def _run(
        self,
        pool: ProcessPoolExecutor,
        function: Callable[[Task], Result],
        todo: Iterator[Task],
    ) -> Iterator[Result]:
        """`run` in the worker processes."""

        def submit(task: Task) -> "Future[tuple[int, int, Result]]":
            return _start(pool, partial(_measured, function, task))

        running = {submit(task) for task in islice(todo, self.count * _TASKS_AHEAD)}
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {submit(task) for task in islice(todo, len(done))}
                for future in done:
                    process, peak, result = future.result()
                    self._peaks[process] = peak
                    yield result
        except BrokenProcessPool:
            raise BuildError(
                "worker",
                "A worker process of the build was ended from outside.",
                "Look whether the machine ran out of memory, then build again with fewer "
                "--workers.",
            ) from None
        finally:
            for future in running:
                future.cancel()


def _pool(count: int, setting: Setting | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(setting,)
    )


def _start(pool: ProcessPoolExecutor, call: Callable[[], Result]) -> "Future[Result]":
    """Hand out a call; the pool starts a process if none is free."""
    with _bare_start():
        return pool.submit(call)


def _begin(setting: Setting | None) -> None:
    """Make this process a worker."""
    leave_no_core()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _keep(setting)


def _keep(setting: Setting | None) -> None:
    global _setting  # noqa: PLW0603 (a process pool has no other place for what a worker keeps)
    _setting = setting


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _measured(function: Callable[[Task], Result], task: Task) -> tuple[int, int, Result]:
    result = function(task)
    return os.getpid(), peak_memory(), result


@contextlib.contextmanager
def _bare_start() -> Iterator[None]:
    """Start processes that load this package only, with one Polars thread each.

    A spawned process first runs the starting program's main module again, which for the command
    line would load every command. So the main module is hidden for the moment of the start.
    """
    main = sys.modules["__main__"]
    threads = os.environ.get("POLARS_MAX_THREADS")
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if threads is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = threads
