"""The desk in this process, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.desk import Desk, desk
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
        with desk(tmp_path_factory.mktemp("migrated"), url):
            pass
        yield postgres, url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    with desk(folder):
        pass
    return folder / "desk.db"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is up to date; empty for the file in the data folder."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "desk.db")
        yield ""
        return
    server, like = request.getfixturevalue("migrated_postgres")
    with new_database(server, like=like) as url:
        yield url


@pytest.fixture
def running(tmp_path: Path, database: str) -> Iterator[Desk]:
    """The desk on both databases."""
    with desk(tmp_path, database, migrated=True) as found:
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Desk]:
    """The desk on SQLite, for what no database decides."""
    shutil.copy(migrated_sqlite, tmp_path / "desk.db")
    with desk(tmp_path, migrated=True) as found:
        yield found
