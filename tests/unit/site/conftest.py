"""A desk with one release."""

from pathlib import Path

import pytest

from tests.factories.pages import make_folder, set_up


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    set_up()
    return make_folder(tmp_path_factory.mktemp("desk") / "releases").folder
