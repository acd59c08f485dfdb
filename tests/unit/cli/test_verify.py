"""`breachdesk verify` of a folder of releases."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from breachdesk.cli._app import app
from breachdesk.keys import create
from breachdesk.release import LOG_TYPE, Store
from tests.factories.proxied import publish
from tests.factories.questions import folder_keys
from tests.factories.releases import ORIGIN, FixedSigner

RUNNER = CliRunner()
OTHER_LOG = FixedSigner(ORIGIN, "other-log", LOG_TYPE).vkey.text


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `keys` and `releases`."""
    folder = tmp_path_factory.mktemp("made")
    publish(Store(folder / "releases"), folder_keys(create(folder / "keys", origin=ORIGIN)))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(made, tmp_path / "copy")


def verify(folder: Path, *options: str) -> Result:
    return RUNNER.invoke(app, ["verify", str(folder / "releases"), *options])


def test_all_holds(made: Path) -> None:
    result = verify(made, "--public-key", str(made / "keys" / "folder.toml"))
    assert result.exit_code == 0
    assert f"under the key of {ORIGIN}" in result.stdout


def test_without_a_key_it_says_so(made: Path) -> None:
    result = verify(made)
    assert result.exit_code == 0
    assert "consistent with itself" in result.stdout


def test_json(made: Path) -> None:
    result = verify(made, "--public-key", str(made / "keys" / "folder.toml"), "--json")
    found = json.loads(result.stdout)
    assert (found["ok"], found["trusted"], found["entries"]) == (True, True, 1)
    assert found["findings"] == []


@pytest.mark.parametrize(
    "name",
    ["checkpoint", "releases/000001/entry.json", "releases/000001/leaves", "buckets/00000000"],
)
def test_a_folder_that_was_changed(folder: Path, name: str) -> None:
    path = folder / "releases" / name
    if name.startswith("buckets"):
        path = folder / "releases/releases/000001" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    public = str(folder / "keys" / "folder.toml")
    told = verify(folder, "--public-key", public)
    result = verify(folder, "--public-key", public, "--json")
    assert told.exit_code == result.exit_code == 3
    assert "do not serve" in told.stderr
    found = json.loads(result.stdout)
    assert found["ok"] is False
    assert found["findings"]


def test_a_bucket_that_is_gone(folder: Path) -> None:
    (folder / "releases/releases/000001/buckets/00000000").unlink()
    assert verify(folder).exit_code == 3


def test_another_key(made: Path) -> None:
    assert verify(made, "--public-key", OTHER_LOG).exit_code == 3


@pytest.mark.parametrize("words", [["verify"], ["verify", "nowhere"]])
def test_wrong_input(words: list[str]) -> None:
    result = RUNNER.invoke(app, words)
    assert result.exit_code == 2
    assert result.stderr


def test_a_public_key_that_is_none(made: Path) -> None:
    result = verify(made, "--public-key", "x")
    assert result.exit_code == 2
    assert "--public-key" in result.stderr
