"""`breachdesk synth` from the command line."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli import _synth
from breachdesk.synth import ENCODINGS, PROFILES


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    _synth.register(app)
    return app


def test_offers_every_profile_and_encoding() -> None:
    assert {str(name) for name in _synth.Profile} == set(PROFILES)
    assert {str(name) for name in _synth.Encoding} == set(ENCODINGS)


def test_json_says_what_was_made(app: typer.Typer, tmp_path: Path) -> None:
    out, answers = tmp_path / "leak.csv", tmp_path / "people.jsonl"
    options = ["--records", "60", "--people", "50", "--encoding", "cp949", "--json"]
    more = ["--answers", str(answers), "--answers-count", "10"]
    result = CliRunner().invoke(app, ["synth", str(out), *options, *more])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["records"], told["people"], told["answers"]) == (60, 50, 10)
    assert told["bytes"] == len(out.read_bytes())
    assert len(out.read_text("cp949").splitlines()) == 61
    assert len(answers.read_text("utf-8").splitlines()) == 10


def test_without_json_a_person_can_read_it(app: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "leak.csv"
    result = CliRunner().invoke(app, ["synth", str(out), "--records", "60"])
    assert result.exit_code == 0
    assert "60 records of 50 people" in result.stdout


@pytest.mark.parametrize(
    ("place", "options", "says"),
    [
        ("leak.csv", ["--records", "5", "--people", "6"], "fewer people"),
        ("nowhere/leak.csv", ["--records", "5"], "cannot write"),
    ],
)
def test_wrong_input_is_one_line_and_exit_2(
    app: typer.Typer, tmp_path: Path, place: str, options: list[str], says: str
) -> None:
    result = CliRunner().invoke(app, ["synth", str(tmp_path / place), *options])
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
