"""The console in this process on both databases, beside processes that work on the same."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.console import Made, in_process, make_console
from tests.factories.postgres import new_database, postgres_server


@pytest.fixture(params=["sqlite", "postgres"])
def console(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    made = make_console(tmp_path / "console")
    if request.param == "sqlite":
        with in_process(made) as found:
            yield found
        return
    with (
        postgres_server(tmp_path_factory.mktemp("postgres")) as server,
        new_database(server) as url,
        in_process(replace(made, database=url)) as found,
    ):
        yield found
