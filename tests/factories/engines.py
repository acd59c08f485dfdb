"""The engines that this machine can run, for tests that hold them equal."""

import os

import pytest

from breachdesk.voprf import EngineError
from breachdesk.voprf._engine import Engine
from breachdesk.voprf._engines import named

NAMES = ("libsodium", "portable", "ifma")


def engine(name: str) -> Engine:
    """The engine, or a skipped test where the processor lacks it.

    In CI the portable one must be there: a compiler is.
    """
    try:
        return named(name)
    except EngineError as error:
        if os.environ.get("CI", "").lower() == "true" and name == "portable":
            pytest.fail(str(error))
        pytest.skip(str(error))


def runnable() -> list[Engine]:
    """Every engine that runs here."""
    found = []
    for name in NAMES:
        try:
            found.append(named(name))
        except EngineError:
            continue
    return found
