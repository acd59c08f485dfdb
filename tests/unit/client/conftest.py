"""Real services on loopback, one for all tests of a file that change nothing in it."""

from collections.abc import Iterator

import pytest

from tests.factories.proxied import Served, serve


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with one evaluator."""
    with serve(tmp_path_factory.mktemp("one")) as served:
        yield served


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose open key two evaluators share."""
    with serve(tmp_path_factory.mktemp("two"), evaluators=2) as served:
        yield served


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with a code lookup and a channel service."""
    with serve(tmp_path_factory.mktemp("coded"), codes=True) as served:
        yield served


@pytest.fixture(autouse=True)
def forget(request: pytest.FixtureRequest) -> None:
    """Each test sees its own requests only."""
    for name in ("one", "two", "coded"):
        if name in request.fixturenames:
            request.getfixturevalue(name).requests.clear()
