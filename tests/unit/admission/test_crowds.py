"""People behind one address get their answers (OPERATIONS): crowds of the bench, real limits."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[3] / "benches" / "bench_nat.py"


@pytest.fixture(scope="module")
def bench() -> Any:
    spec = importlib.util.spec_from_file_location("bench_nat", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_nat"] = module
    spec.loader.exec_module(module)
    return module


def test_ten_thousand_in_an_hour_never_wait(bench: Any) -> None:
    replay: Callable[..., Iterator[float]] = bench.replay
    waits = list(replay(bench.Crowd("nat", 10_000, 3600), 1))
    assert len(waits) == 10_000
    assert max(waits) == 0.0


def test_a_school_that_asks_at_once_waits_for_the_next_minute(bench: Any) -> None:
    replay: Callable[..., Iterator[float]] = bench.replay
    waits = list(replay(bench.Crowd("school", 1500, 5), 1))
    assert len(waits) == 1500
    assert sum(one > 0 for one in waits) == 300
    assert max(waits) < 75
