"""A desk to build at."""

from pathlib import Path

import pytest

from breachdesk.keys import KeyFolder, open_folder
from tests.factories.leaks import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path)


@pytest.fixture
def keys(desk: Desk) -> KeyFolder:
    return open_folder(desk.folder / "keys")
