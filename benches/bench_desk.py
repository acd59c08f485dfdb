"""Reports that the desk accepts while 1,000 people fill the form: `python benches/bench_desk.py`.

A real `breachdesk serve --desk`, on SQLite and then on PostgreSQL, on the same cores as the people.
Each loads the form, types for 45 to 135 seconds, looks at the answers, solves a puzzle as the
browser does before it sends the long form, and sends; whoever is done makes room for the next
person. After the time those who have pressed are waited for. Then the rows are counted, which must
be the receipts, and a sample of receipts must show what was told. `--at-once` lets nobody type:
everybody presses at the same moment, so the rate is what the machine can do. Other work on the
machine shows in the figures: the load average is printed.
"""

import argparse
import asyncio
import os
import random
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))
from benches._desk_people import Crowd, Told, ask
from tests.e2e.running_service import INCIDENT, ROOT, run_command
from tests.factories.ports import free_port
from tests.factories.postgres import new_database, postgres_server
from tests.factories.served import wait_for

SAMPLE = 20
#: Hashes a second of a telephone.
PHONE = 250_000
_COUNT = "SELECT count(*) FROM desk_case"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="breachdesk-bench-desk-") as name:
        folder = Path(name)
        prepare(folder)
        for database in options.databases.split(","):
            measure(folder, database, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--solvers", type=int, default=1, help="processes that solve puzzles")
    parser.add_argument("--at-once", action="store_true")
    return parser.parse_args()


def prepare(folder: Path) -> None:
    """Keys and a small release: `serve` has pages and an evaluator too."""
    run_command("synth", folder / "leak.csv", "--records", "200", "--encoding", "cp949")
    run_command("keys", "new", folder / "keys")
    build = ("--incident", INCIDENT, "--source", folder / "leak.csv", "--keys", folder / "keys")
    run_command("build", *build, "--releases", folder / "releases")


def measure(folder: Path, database: str, options: argparse.Namespace) -> None:
    """One run on a fresh database."""
    data = folder / f"desk-{database}"
    with (
        _postgres(folder) if database == "postgres" else nullcontext("") as url,
        ProcessPoolExecutor(options.solvers, initializer=os.nice, initargs=(19,)) as solver,
        serving(folder, data, url) as port,
    ):
        solver.submit(int).result()
        typing = (0.0, 0.0) if options.at_once else (45.0, 135.0)
        crowd = Crowd(port, options.people, options.seconds, typing, solver)
        told = asyncio.run(crowd.run())
        rows = _rows(data, url)
        found = asyncio.run(look_up(port, told))
    report(database, told, options, rows, found)


@contextmanager
def serving(folder: Path, data: Path, url: str) -> Iterator[int]:
    """A service with a desk; the desk's port."""
    os.environ["DATABASE_URL"] = url
    run_command("incident", "import", INCIDENT, "--data", data)
    port, desk = free_port(), free_port()
    told = ("--releases", folder / "releases", "--keys", folder / "keys", "--port", port)
    own = ("--desk", "--desk-port", desk, "--desk-data", data, "--proxy", "127.0.0.1/32")
    command = ["-c", "from breachdesk.cli import main; main()", "serve", *told, *own]
    process = subprocess.Popen([sys.executable, *map(str, command)], cwd=ROOT)
    try:
        wait_for(f"127.0.0.1:{desk}", "/healthz")
        yield desk
    finally:
        process.terminate()
        process.wait(30)
        os.environ.pop("DATABASE_URL")


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    with postgres_server(folder / "postgres") as server, new_database(server) as url:
        yield url


def _rows(data: Path, url: str) -> int:
    """Cases, as another program counts them."""
    if url:
        with psycopg.connect(url) as connection:
            row = connection.execute(_COUNT).fetchone()
    else:
        with closing(sqlite3.connect(data / "desk.db")) as connection:
            row = connection.execute(_COUNT).fetchone()
    assert row is not None
    return int(row[0])


async def look_up(port: int, told: Told) -> int:
    """How many of a sample of receipts show what was told."""
    found = 0
    for story in random.sample(sorted(told.receipts), min(SAMPLE, len(told.receipts))):
        address = ".".join(str(secrets.randbelow(200) + 20) for _ in range(4))
        fields = {"receipt": told.receipts[story]}
        status, _wait, page = await ask(port, address, "/ko/case/", fields)
        found += status == 200 and story in page
    return found


def report(database: str, told: Told, options: argparse.Namespace, rows: int, found: int) -> None:
    """Print the figures. SystemExit if a report was lost or doubled."""
    within = sum(one <= options.seconds for one in told.at)
    last = max(told.at, default=0.0)
    print(f"{database}: {told.most_at_once:,} people at once, load {os.getloadavg()[0]:.1f}")
    print(
        f"  {len(told.receipts):,} reports accepted: {within:,} in {options.seconds:.0f} s, "
        f"{within / options.seconds:.1f} a second; all in {last:.0f} s, "
        f"{len(told.receipts) / max(last, 0.1):.1f} a second"
    )
    for name in ("loading", "checking", "sending", "solving"):
        print(f"  {name:9} {_times(getattr(told, name))}")
    print(f"  short form {told.short:,}, gave up {told.gave_up:,}, {_puzzles(told.counters)}")
    print(f"  pressed again: {told.again or 'nobody'}")
    print(f"  rows {rows:,}, receipts {len(told.receipts):,}, looked up {found} of a sample")
    if rows != len(told.receipts) or found != min(SAMPLE, rows):
        raise SystemExit("reports were lost or doubled")


def _puzzles(counters: list[float]) -> str:
    """What the puzzles would take a telephone (ADR 10 assumes its speed)."""
    if len(counters) < 2:
        return f"puzzles {len(counters)}"
    cuts = statistics.quantiles(counters, n=100, method="inclusive")
    return (
        f"puzzles {len(counters):,}, each {cuts[49]:,.0f} counters, p99 {cuts[98]:,.0f}: "
        f"{cuts[49] / PHONE:.1f} and {cuts[98] / PHONE:.1f} s of a telephone"
    )


def _times(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "none"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return (
        f"{len(seconds):6,} times, p50 {cuts[49]:6.2f} s, p99 {cuts[98]:6.2f} s, "
        f"most {max(seconds):6.2f} s"
    )


if __name__ == "__main__":
    main()
