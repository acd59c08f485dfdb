"""Builds that die at random moments, again and again, and what they publish in the end.

python -m tests.factories.interrupted_build FOLDER --kills 20 --seed 1 [--source leak.csv]

Each run is a process of its own, forked before any library has made threads. A moment is the n-th
thing in some stage that the build's main process does to the file system or tells of its progress;
the stage is drawn first, so that a short one is met as often as a long one, then n, from 1 to the
number of them in that stage of an undisturbed run. A run goes on where the last one was killed, and
may have fewer: then it is not killed. When one ends, its release must be the undisturbed one's,
byte by byte, and is removed: then the next begins anew. After every end, everything below the
folders of releases, ledger, rejected rows and temporary files, and in shared memory, is searched
for what some rows of the source say. Prints one JSON object: how often a build was killed in which
stage, how many were completed, and how many files were searched.
"""

import argparse
import csv
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from breachdesk.ingest import BuildRequest, build
from tests.factories.leaks import Desk, tree
from tests.factories.traces import below, spellings, traces

_EVENTS = frozenset(("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"))
#: Each means some hundred spellings to look for, in every file.
_ROWS = 5


class Moment:
    """Counts what a build does; at the moment `last` the process dies, its stage written down."""

    def __init__(self, last: tuple[str, int] | None, note: Path) -> None:
        self.counts: Counter[str] = Counter()
        self._last = last
        self._note = note
        self._stage = "begin"
        self._busy = False

    def watch(self) -> None:
        sys.addaudithook(lambda event, _: self._tick() if event in _EVENTS else None)

    def progress(self, stage: str, _done: int, _total: int | None, _unit: str) -> None:
        self._stage = stage
        self._tick()

    def _tick(self) -> None:
        if self._busy:
            return
        self.counts[self._stage] += 1
        if self._last == (self._stage, self.counts[self._stage]):
            self._busy = True
            self._note.write_text(self._stage)
            os.kill(os.getpid(), signal.SIGKILL)


def run(
    folder: Path, request: BuildRequest, moment: tuple[str, int] | None
) -> tuple[dict[str, int], str]:
    """One build in a process of its own: its moments by stage, or none and the stage of its end."""
    note = folder / "moment"

    def child() -> None:
        counter = Moment(moment, note)
        counter.watch()
        build(request, counter.progress)
        note.write_text(json.dumps(counter.counts))

    status = forked(child)
    if os.WIFSIGNALED(status):
        return {}, note.read_text()
    assert os.waitstatus_to_exitcode(status) == 0, "the build failed"
    return json.loads(note.read_text()), ""


def drawn(moments: dict[str, int], draw: random.Random) -> tuple[str, int]:
    """A stage, and one of its moments."""
    stage = draw.choice(sorted(moments))
    return stage, draw.randint(1, moments[stage])


def forked(child: Callable[[], None]) -> int:
    """Run it in a fork; its wait status."""
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1]
    code = 1
    try:
        child()
        code = 0
    except BaseException:  # noqa: BLE001 (it ends here)
        traceback.print_exc()
    finally:
        os._exit(code)


def has_journal(folder: Path) -> bool:
    """Whether the next run goes on with what there is."""
    return any((folder / "killed" / ".building").glob("journal-*"))


def published(folder: Path) -> dict[str, bytes]:
    """What the world can see of a folder of releases."""
    return {name: data for name, data in tree(folder).items() if not name.startswith(".")}


class Search:
    """For some rows of a source, about `_ROWS`, and those at its end, which a build rejects."""

    def __init__(self, folder: Path, source: Path) -> None:
        names = ("killed", "killed-ledger", "killed-rejects", "tmp")
        self._places = [*(folder / name for name in names), Path("/dev/shm")]
        self._source = source
        with source.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        self._canaries = spellings([*rows[:: len(rows) // _ROWS + 1], *rows[-3:]])
        assert traces([source], self._canaries, []), "the source itself must be recognised"
        self.files = 0

    def assert_nothing(self) -> None:
        found = list(below(*self._places))
        self.files += len(found)
        assert traces(found, self._canaries, [self._source]) == []


def main() -> None:
    """Kill, go on, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", default="leak.csv")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    folder, draw = options.folder, random.Random(options.seed)
    desk, source = Desk(folder), folder / options.source
    began = time.monotonic()
    (folder / "tmp").mkdir(exist_ok=True)
    tempfile.tempdir = os.fspath(folder / "tmp")
    search = Search(folder, source)
    calm = desk.request(source, releases="calm", workers=options.workers)
    moments, _ = run(folder, calm, None)
    wanted, seconds = published(folder / "calm"), time.monotonic() - began
    request = desk.request(source, releases="killed", workers=options.workers)
    killed: Counter[str] = Counter()
    finished = resumed = 0
    while killed.total() < options.kills or (folder / "killed" / ".building").exists():
        moment = drawn(moments, draw) if killed.total() < options.kills else None
        going_on = has_journal(folder)
        done, stage = run(folder, request, moment)
        search.assert_nothing()
        if not done:
            killed[stage] += 1
            if has_journal(folder) or not (folder / "killed" / "checkpoint").exists():
                continue  # else it was killed when its work was done
            shutil.rmtree(folder / "killed" / ".building", ignore_errors=True)
        assert published(folder / "killed") == wanted, "another release than the undisturbed one"
        assert not (folder / "killed" / ".building").exists(), "something is left of the build"
        finished, resumed = finished + 1, resumed + going_on
        shutil.rmtree(folder / "killed")
        shutil.rmtree(folder / "killed-ledger")
        shutil.rmtree(folder / "killed-rejects", ignore_errors=True)
    result = {
        "moments": moments,
        "undisturbed_seconds": round(seconds, 1),
        "killed": dict(killed),
        "finished": finished,
        "of_them_resumed": resumed,
        "files_searched": search.files,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(result))  # noqa: T201 (the test reads it)


if __name__ == "__main__":
    main()
