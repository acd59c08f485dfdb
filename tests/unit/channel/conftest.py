"""The channel service in this process, on SQLite and on PostgreSQL.

A database that is up to date is made once of each kind and copied for each test.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.channel import InProcess, Made, in_process, make_channel
from tests.factories.postgres import new_database, postgres_server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(
    postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The server, and the name of a database that is up to date."""
    with new_database(postgres) as url:
        with in_process(make_channel(tmp_path_factory.mktemp("migrated"), database=url)):
            pass
        yield postgres, url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_channel(tmp_path_factory.mktemp("migrated"))
    with in_process(made):
        pass
    return made.folder / "channel.sqlite3"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is up to date; empty for the file beside the channel file."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "channel.sqlite3")
        yield ""
        return
    server, like = request.getfixturevalue("migrated_postgres")
    with new_database(server, like=like) as url:
        yield url


@pytest.fixture
def made(tmp_path: Path, database: str) -> Made:
    return make_channel(tmp_path, database=database)


@pytest.fixture
def service(made: Made) -> Iterator[InProcess]:
    with in_process(made, migrated=True) as found:
        yield found
