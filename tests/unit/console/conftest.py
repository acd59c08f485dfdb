"""The console in this process, on SQLite and on PostgreSQL.

A database that is up to date is made once of each kind and copied for each test.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.console import Made, in_process, make_console
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
        with in_process(make_console(tmp_path_factory.mktemp("migrated"), url)):
            pass
        yield postgres, url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_console(tmp_path_factory.mktemp("migrated"))
    with in_process(made):
        pass
    return made.file


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_console(tmp_path / "console")


@pytest.fixture
def on_sqlite(made: Made, migrated_sqlite: Path) -> Iterator[Made]:
    """The console on SQLite: for what does not differ by database."""
    shutil.copy(migrated_sqlite, made.file)
    with in_process(made, migrated=True) as found:
        yield found


@pytest.fixture(params=["sqlite", "postgres"])
def console(request: pytest.FixtureRequest, made: Made) -> Iterator[Made]:
    """The console on each database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), made.file)
        with in_process(made, migrated=True) as found:
            yield found
        return
    server, like = request.getfixturevalue("migrated_postgres")
    with (
        new_database(server, like=like) as url,
        in_process(replace(made, database=url), migrated=True) as found,
    ):
        yield found
