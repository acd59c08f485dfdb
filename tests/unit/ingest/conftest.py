"""An incident and sources for the tests of reading and cleaning."""

from collections.abc import Callable
from pathlib import Path

import pytest

from breachdesk.incident import Incident, load
from breachdesk.ingest._source import Source
from tests.factories.sources import open_source

OPEN_ITEMS = Path(__file__).parents[2] / "data" / "open-items.toml"


@pytest.fixture(scope="session")
def incident() -> Incident:
    return load(OPEN_ITEMS)


@pytest.fixture
def source_of(tmp_path: Path) -> Callable[[str], Source]:
    """Write the text to a file and open it."""

    def make(text: str) -> Source:
        path = tmp_path / "leak.csv"
        path.write_text(text, "utf-8")
        return open_source(path)

    return make
