"""`breachdesk keys new`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli._keys import register
from breachdesk.keys import DEFAULT_ORIGIN, open_folder

RUNNER = CliRunner()


@pytest.fixture
def app() -> typer.Typer:
    application = typer.Typer()
    register(application)
    return application


def test_makes_a_folder_and_says_its_public_key(app: typer.Typer, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    result = RUNNER.invoke(app, ["keys", "new", str(folder), "--origin", "breach.example.org"])
    assert result.exit_code == 0
    opened = open_folder(folder)
    assert opened.log.name == "breach.example.org"
    assert opened.log.vkey in result.stdout
    assert str(folder / "folder.toml") in result.stdout


def test_json_holds_public_values_only(app: typer.Typer, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    result = RUNNER.invoke(app, ["keys", "new", str(folder), "--json"])
    opened = open_folder(folder)
    assert json.loads(result.stdout) == {
        "folder": str(folder),
        "public_file": str(folder / "folder.toml"),
        "origin": DEFAULT_ORIGIN,
        "epoch": 1,
        "log": opened.log.vkey,
        "timestamp": opened.timestamp.vkey,
        "oprf": {kind: opened.oprf(kind).public.hex() for kind in ("open", "code", "channel")},
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["made"], "never overwritten"),
        (["new", "--origin", "a b"], "origin: must hold no blank"),
        (["nowhere/new"], "name a place that you may write to"),
    ],
)
def test_refusals_are_one_line(
    app: typer.Typer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("made").mkdir()
    result = RUNNER.invoke(app, ["keys", "new", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == [tmp_path / "made"]


def test_help_teaches(app: typer.Typer) -> None:
    result = RUNNER.invoke(app, ["keys", "new", "--help"])
    assert result.exit_code == 0
    assert "Example: breachdesk keys new keys --origin breach.example.org" in result.stdout
    assert "breachdesk.invalid/demo" in result.stdout
