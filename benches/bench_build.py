"""Builds of KT's shape: seconds, rows a second, memory, and how far from the evaluation floor.

    python benches/bench_build.py [--records 100000 1000000 3000000] [--times 3] [--folder DIR]
                                  [--incident tests/data/open-items.toml]

The floor is bare libsodium (hash to group and multiplication, nothing else) on all cores for the
number of evaluations of the build, channel tokens among them, timed just before and just after it.
On a machine that does
other things meanwhile the ratio of seconds says little; that of processor time, of the build and
the floor, still does. With several sizes it says too what a row costs at the largest against
the smallest, medians of `--times` runs that take turns. Prints Markdown.
"""

import argparse
import multiprocessing
import os
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
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
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


def measure(records: int, folder: Path, incident: Path) -> Cost:
    """Build once, print a row of the table."""
    source = folder / f"{records}.csv"
    write_leak(Leak(records), source, lambda _: None)
    before = floor()
    releases = folder / f"releases-{records}"
    used = processor_seconds()
    with TreeMemory() as memory:
        report = build(BuildRequest(incident, (source,), folder / "keys", releases))
    used = processor_seconds() - used
    both = before + floor()
    print(row(report, memory.peak, used, Floor(both.seconds / 2, both.processor / 2)), flush=True)
    source.unlink()
    shutil.rmtree(releases)
    return Cost(report.seconds / records, used / records)


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
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        create(folder / "keys", origin="breachdesk.invalid/bench")
        costs: dict[int, list[Cost]] = {records: [] for records in options.records}
        for _ in range(options.times):
            for records, found in costs.items():
                found.append(measure(records, folder, options.incident))
        if len(costs) > 1:
            print(growth(costs))


if __name__ == "__main__":
    main()
