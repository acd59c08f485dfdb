"""Fuzz the readers for a bounded time: `python -m tests.messy.soak --seconds 300 [--seed N]`.

Every messy file is damaged again and again; the first that breaks a promise is kept in the folder
that is named, and its seed is printed.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.messy.corruption import check, damaged
from tests.messy.generate import FOLDER


def main() -> None:
    """Fuzz, and say what became of the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = Random().getrandbits(32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    files = sorted(p for p in FOLDER.iterdir() if not p.name.endswith(".expected.json"))
    outcomes: Counter[str] = Counter()
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as name:
        number = 0
        while time.monotonic() < end:
            random = Random(f"{seed} {number}")
            chosen = random.choice(files)
            path = Path(name) / chosen.name
            path.write_bytes(damaged(chosen.read_bytes(), random))
            try:
                outcomes[check(path, random.choice((65_536, 3)))] += 1
            except BaseException:
                print(f"broken by seed {seed}, number {number}: {chosen.name}", file=sys.stderr)
                raise
            number += 1
    counts = ", ".join(f"{kind} {count}" for kind, count in outcomes.most_common())
    print(f"{number} damaged files: {counts}")


if __name__ == "__main__":
    main()
