"""Builds of KT's shape: seconds, rows a second, memory, and how far from the evaluation floor.

    python benches/bench_build.py [--records 100000 1000000 3000000] [--times 3] [--folder DIR]
                                  [--incident tests/data/open-items.toml] [--kills 2]

The floor is bare libsodium (hash to group and multiplication, nothing else) on all cores for the
number of evaluations of the build, channel tokens among them, timed just before and just after it.
On a machine that does
other things meanwhile the ratio of seconds says little; that of processor time, of the build and
the floor, still does. With several sizes it says too what a row costs at the largest against
the smallest, medians of `--times` runs that take turns. With `--kills` the largest is built once
more, killed (SIGKILL) so often at random seconds, gone on with, and compared with the undisturbed
release byte by byte. Prints Markdown.
"""

import argparse
import filecmp
import multiprocessing
import os
import random
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from breachdesk.ingest import BuildReport, BuildRequest, build
from breachdesk.keys import create
from breachdesk.synth import Leak, write_leak
from breachdesk.voprf import _sodium as sodium
from breachdesk.voprf import engine_name, generate_key_pair

INCIDENT = Path(__file__).parent.parent / "examples" / "kt-2014" / "incident.toml"
FLOOR_SAMPLE = 20_000
SPAWN = multiprocessing.get_context("spawn")


def floor_part(count: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, for `count` bare evaluations in one process."""
    secret = generate_key_pair().secret
    point, product = sodium.Buffer32(), sodium.Buffer32()
    uniform = [os.urandom(64) for _ in range(256)]
    began, used = time.perf_counter(), time.process_time()
    for number in range(count):
        sodium.from_hash(point, uniform[number & 255])
        sodium.scalarmult(product, secret, point)
    return time.perf_counter() - began, time.process_time() - used


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds of one evaluation with all cores at work, and its processor time."""

    seconds: float
    processor: float

    def __add__(self, other: "Floor") -> "Floor":
        """Two measurements."""
        return Floor(self.seconds + other.seconds, self.processor + other.processor)


def floor() -> Floor:
    """The floor of this machine, now."""
    cores = os.cpu_count() or 1
    with SPAWN.Pool(cores) as pool:
        pool.map(floor_part, [100] * cores, chunksize=1)
        times = pool.map(floor_part, [FLOOR_SAMPLE] * cores, chunksize=1)
    count = FLOOR_SAMPLE * cores
    return Floor(max(wall for wall, _ in times) / count, sum(used for _, used in times) / count)


def processor_seconds() -> float:
    """Processor time so far of this process and of its children that have ended."""
    return sum(os.times()[:4])


@dataclass(slots=True)
class TreeMemory:
    """The largest sum of resident memory of this process and its children, looked at often."""

    peak: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "TreeMemory":
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.1):
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, total)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one row of a build took: seconds, and seconds of processor time."""

    seconds: float
    processor: float


def one_time() -> float:
    """The time of every release here, so that two of them can be the same bytes."""
    return 1_795_478_400.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Where builds are made, and of which incident."""

    folder: Path
    incident: Path

    def source(self, records: int) -> Path:
        """The leak of so many records; made when it is asked for first."""
        path = self.folder / f"{records}.csv"
        if not path.exists():
            write_leak(Leak(records), path, lambda _: None)
        return path

    def request(self, records: int, releases: str) -> BuildRequest:
        """What is built."""
        return BuildRequest(
            self.incident,
            (self.source(records),),
            self.folder / "keys",
            self.folder / releases,
            clock=one_time,
        )

    def remove(self, releases: str) -> None:
        """Remove a folder of releases, its ledger and its rejected rows."""
        for path in self.folder.glob(f"{releases}*"):
            shutil.rmtree(path)

    def measure(self, records: int) -> Cost:
        """Build once, print a row of the table."""
        request = self.request(records, "calm")
        self.remove("calm")
        before = floor()
        used = processor_seconds()
        with TreeMemory() as memory:
            report = build(request)
        used = processor_seconds() - used
        both = before + floor()
        mean = Floor(both.seconds / 2, both.processor / 2)
        print(row(report, memory.peak, used, mean), flush=True)
        return Cost(report.seconds / records, used / records)

    def kill(self, records: int, seconds: float, kills: int) -> str:
        """Build what was measured last again, killed; what came out."""
        self.remove("killed")
        request, moments = self.request(records, "killed"), []
        for _ in range(kills):
            moment = random.uniform(0.1, 0.95) * seconds
            if killed_after(request, moment):
                moments.append(f"{moment:.0f}")
        began = time.perf_counter()
        build(request)
        last = time.perf_counter() - began
        files = same(self.folder / "calm", self.folder / "killed")
        return (
            f"\nKilled after {', '.join(moments)} s of a run; the last run took {last:.0f} s. "
            f"All {files:,} files of the release are those of the undisturbed one."
        )


def killed_after(request: BuildRequest, seconds: float) -> bool:
    """Build in a process of its own and kill it after so many seconds; whether it still ran."""
    process = SPAWN.Process(target=build, args=(request,))
    process.start()
    process.join(seconds)
    running = process.is_alive()
    process.kill()
    process.join()
    return running


def same(one: Path, other: Path) -> int:
    """How many files two releases folders have, the same in both; SystemExit if they differ."""
    names, others = (
        sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        for folder in (one, other)
    )
    if names != others or not all(
        filecmp.cmp(one / name, other / name, shallow=False) for name in names
    ):
        raise SystemExit("The release of a killed build is another than that of a calm one.")
    return len(names)


def growth(costs: dict[int, list[Cost]]) -> str:
    """A row's cost at the largest size against the smallest, medians of all runs."""
    small, large = min(costs), max(costs)
    few, many = (
        Cost(
            median(one.seconds for one in costs[size]), median(one.processor for one in costs[size])
        )
        for size in (small, large)
    )
    return (
        f"\nA row at {large:,} records against one at {small:,}: "
        f"{many.seconds / few.seconds:.3f} of the seconds, "
        f"{many.processor / few.processor:.3f} of the processor time."
    )


def row(report: BuildReport, memory: int, used: float, floor: Floor) -> str:
    """One line of the table."""
    stages = ", ".join(f"{stage.name} {stage.seconds:.1f}" for stage in report.stages)
    seconds = floor.seconds * report.evaluations
    processor = floor.processor * report.evaluations
    return (
        f"| {report.rows_read:,} | {report.evaluations:,} | {report.token_evaluations:,} "
        f"| {report.token_seconds:.1f} | {report.seconds:.1f} "
        f"| {report.rows_per_second:,.0f} | {memory / 2**20:.0f} | {seconds:.1f} "
        f"| {report.seconds / seconds:.2f} | {used / processor:.2f} | {stages} |"
    )


def main() -> None:
    """Run all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--incident", type=Path, default=INCIDENT)
    options = parser.parse_args()
    memory = psutil.virtual_memory().total / 2**30
    print(f"{os.cpu_count()} cores, {memory:.0f} GiB, engine {engine_name()}\n")
    print(
        "| records | evaluations | of tokens | core s for tokens "
        "| seconds | rows/s | peak MiB, all processes "
        "| floor s | ratio | processor ratio "
        "| stages, s |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|", flush=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        bench = Bench(Path(name), options.incident)
        create(bench.folder / "keys", origin="breachdesk.invalid/bench")
        costs: dict[int, list[Cost]] = {records: [] for records in sorted(options.records)}
        for _ in range(options.times):
            for records, found in costs.items():
                found.append(bench.measure(records))
        if len(costs) > 1:
            print(growth(costs), flush=True)
        if options.kills:
            largest, found = list(costs.items())[-1]
            seconds = median(one.seconds for one in found) * largest
            print(bench.kill(largest, seconds, options.kills))


if __name__ == "__main__":
    main()
