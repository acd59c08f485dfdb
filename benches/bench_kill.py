"""A build that is killed at random moments, again and again: what going on costs, and the same bytes.

    python benches/bench_kill.py [--records 100000] [--kills 20] [--seed 1] [--folder DIR]

Every release that comes out in the end is compared with the undisturbed one, byte by byte; the
first difference ends it with an error. Prints one JSON object (tests/factories/interrupted_build.py
says what is in it).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from breachdesk.keys import create
from breachdesk.synth import Leak, write_leak

ROOT = Path(__file__).parents[1]
INCIDENT = ROOT / "tests" / "data" / "open-items.toml"


def main() -> None:
    """Make a leak, and kill its builds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        write_leak(Leak(options.records), folder / "leak.csv", lambda _: None)
        (folder / "incident.toml").write_bytes(INCIDENT.read_bytes())
        create(folder / "keys", origin="breachdesk.invalid/bench")
        command = [sys.executable, "-m", "tests.factories.interrupted_build", name]
        more = ["--kills", options.kills, "--seed", options.seed, "--workers", os.cpu_count() or 1]
        path = os.pathsep.join((os.fspath(ROOT / "src"), os.fspath(ROOT)))
        subprocess.run(
            [*command, *map(str, more)], check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}
        )


if __name__ == "__main__":
    main()
