"""Which code multiplies many elements: the compiled kernel, or libsodium.

All engines give the same bytes; docs/adr/0006-batch-kernel.md says how that is held. The variable
BREACHDESK_KERNEL chooses one for tests and benches: `auto`, `libsodium`, `portable` or `ifma`.
"""

import os
import time
from collections.abc import Callable
from functools import cache
from typing import Final

from breachdesk.voprf._compiled import COMPILED, MOST_LANES, load
from breachdesk.voprf._engine import Engine
from breachdesk.voprf._group import ONE, multiply_base
from breachdesk.voprf._libsodium import Libsodium
from breachdesk.voprf.errors import EngineError

VARIABLE: Final = "BREACHDESK_KERNEL"
_AUTO: Final = "auto"
_TRIALS: Final = 5

LIBSODIUM: Final = Libsodium()


def named(name: str) -> Engine:
    """The engine of this name. Raises `EngineError` where it cannot run, or is none."""
    return LIBSODIUM if name == LIBSODIUM.name else load(name, LIBSODIUM)


@cache
def chosen() -> Engine:
    """What this process uses: the fastest that runs here, or the one that the variable names.

    Raises `EngineError` when the variable names one that cannot run: a measurement or a test must
    not silently be of another.
    """
    name = os.environ.get(VARIABLE, _AUTO)
    return fastest() if name == _AUTO else named(name)


def chosen_for(count: int) -> Engine:
    """What this process prepares so many elements on: few do not fill the lanes of `ifma`."""
    engine = chosen()
    if count < MOST_LANES and engine.name == "ifma" and count < _worth_filling():
        return named("portable")
    return engine


def fastest() -> Engine:
    """The fastest engine that runs here and passes its self-test."""
    for name in COMPILED:
        try:
            return named(name)
        except EngineError:
            continue
    return LIBSODIUM


@cache
def _worth_filling() -> int:
    """From how many elements on `ifma` is the quicker one here, measured once in some 3 ms.

    1 where the variable asks for `ifma`.
    """
    if os.environ.get(VARIABLE, _AUTO) != _AUTO:
        return 1
    return break_even(named("portable"), named("ifma"))


def break_even(single: Engine, wide: Engine, clock: Callable[[], float] = time.perf_counter) -> int:
    """How many elements, one after the other, take `single` as long as all lanes take `wide`."""
    return int(_seconds(wide, MOST_LANES, clock) / _seconds(single, 1, clock)) + 1


def _seconds(engine: Engine, count: int, clock: Callable[[], float]) -> float:
    """The best of some trials, each what an evaluation with its proof multiplies."""
    elements, scalars = multiply_base(ONE) * count, ONE * count
    best = float("inf")
    for _ in range(_TRIALS):
        begun = clock()
        prepared = engine.prepared(elements)
        prepared.multiply(scalars, of_base=scalars)
        prepared.multiply(scalars * 3)
        best = min(best, clock() - begun)
    return best
