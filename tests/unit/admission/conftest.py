"""Both stores, and the clock that they go by."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.admission import CountStore, MemoryStore, redis_store
from tests.factories.clocks import Clock
from tests.factories.redis_server import RedisServer, redis_server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with redis_server(folder) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, clock: Clock) -> Iterator[CountStore]:
    """A store that holds nothing yet."""
    if request.param == "memory":
        yield MemoryStore(clock)
        return
    server: RedisServer = request.getfixturevalue("redis")
    server.kill()
    server.start()
    yield redis_store(server.url, clock)
