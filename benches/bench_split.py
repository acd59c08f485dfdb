"""What a build costs when another holder has half of the key, and what one batch costs each side.

The holder is a process of its own on this machine, behind loopback: no network's delay is in the
figures. Run with one worker so that builder and holder have a core each.
"""

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from breachdesk.ingest import BuildRequest, build
from breachdesk.keys import SplitRequest, builder_vkey, create, split
from breachdesk.synth import Leak, write_leak
from breachdesk.voprf import (
    MOST_BATCH,
    BatchEvaluator,
    BlindedBatch,
    engine_name,
    evaluate_batch,
    generate_key_pair,
)
from tests.factories.holders import running_evaluator

ROWS = int(os.environ.get("BENCH_SPLIT_ROWS", "20000"))
INCIDENT = Path(__file__).parents[1] / "tests" / "data" / "open-items.toml"


def batch_costs() -> None:
    """Microseconds an input, each side of a full batch."""
    own, other = generate_key_pair(), generate_key_pair()
    values = [f"value {number}".encode() for number in range(MOST_BATCH)]
    began = time.perf_counter()
    batch = BlindedBatch.of(values)
    blinded = time.perf_counter()
    answer = BatchEvaluator(other.secret).evaluate(batch.elements)
    evaluated = time.perf_counter()
    batch.finalize(own.secret, [answer], [other.public])
    finished = time.perf_counter()
    evaluate_batch(own.secret, values)
    local = time.perf_counter()
    marks = (
        ("blind", began, blinded),
        ("holder: evaluate and prove", blinded, evaluated),
        ("verify, add, unblind", evaluated, finished),
        ("whole key", finished, local),
    )
    print(f"one batch of {MOST_BATCH:,} ({engine_name()}), microseconds an input:")
    for name, start, end in marks:
        print(f"  {name:<28} {1e6 * (end - start) / MOST_BATCH:8.1f}")


def builds(folder: Path) -> None:
    """The same build with the whole key, and with a share and the other holder."""
    whole = folder / "whole"
    create(whole, origin="breachdesk.invalid/bench")
    split(SplitRequest(whole, folder / "builder", folder / "holder", keep_whole=True))
    source = folder / "leak.csv"
    write_leak(Leak(records=ROWS, seed=1), source, lambda _: None)
    request = BuildRequest(
        incident=INCIDENT, sources=(source,), keys=whole, releases=folder / "local", workers=1
    )
    local = build(request)
    with running_evaluator(
        folder / "holder", "--builder", builder_vkey(folder / "builder"),
        "--budget-day", "100000000",
    ) as url:  # fmt: skip
        remote = build(
            replace(request, keys=folder / "builder", peers=(url,), releases=folder / "remote")
        )
    print(f"build of {ROWS:,} rows, {local.evaluations:,} evaluations, 1 worker:")
    for name, report in (("whole key", local), ("share and holder", remote)):
        stage = next(one.seconds for one in report.stages if one.name == "evaluate")
        rate = report.evaluations / stage
        print(f"  {name:<18} {report.seconds:7.1f} s in all, {stage:7.1f} s evaluating, "
              f"{rate:9,.0f} evaluations/s")  # fmt: skip


def main() -> None:
    """Both measurements."""
    batch_costs()
    with tempfile.TemporaryDirectory() as folder:
        builds(Path(folder))


if __name__ == "__main__":
    main()
