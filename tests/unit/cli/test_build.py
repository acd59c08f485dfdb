"""`breachdesk build`: its report, its errors, its exit status."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli import _build
from tests.factories.leaks import CODE_HEADER, CODE_INCIDENT, KIM, Desk, people


@pytest.fixture
def arguments(desk: Desk) -> list[str]:
    source = desk.source([KIM, ("박사라", "", "", ""), *people(5)])
    folder = desk.folder
    named = {
        "--incident": folder / "incident.toml",
        "--source": source,
        "--keys": folder / "keys",
        "--releases": folder / "releases",
        "--workers": 1,
    }
    return ["build", *(str(part) for pair in named.items() for part in pair)]


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.make(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    _build.register(app)
    return app


def test_the_report_closes_the_build(app: typer.Typer, arguments: list[str]) -> None:
    run = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert run.exit_code == 0, run.output
    for wanted in ("Rows read", "indexed", "rejected: no-subject", "People", "Peak memory", "MiB"):
        assert wanted in run.output
    assert "Warning, line" in run.output


def test_the_cost_of_tokens_is_told(app: typer.Typer, tmp_path: Path) -> None:
    desk = Desk.make(tmp_path, CODE_INCIDENT)
    rows = [(*row[:3], f"user{n}@example.org", row[3]) for n, row in enumerate(people(5))]
    named = {
        "--incident": desk.folder / "incident.toml",
        "--source": desk.source(rows, header=CODE_HEADER),
        "--keys": desk.folder / "keys",
        "--releases": desk.folder / "releases",
        "--workers": 1,
    }
    words = ["build", *(str(part) for pair in named.items() for part in pair)]
    run = CliRunner().invoke(app, words, env={"COLUMNS": "120"})
    assert run.exit_code == 0, run.output
    assert "Channel tokens of addresses" in run.output
    assert "15, " in run.output
    report = json.loads(CliRunner().invoke(app, [*words, "--replace", "--json"]).stdout)
    assert (report["token_evaluations"], report["evaluations"]) == (15, 35)
    assert report["token_seconds"] > 0


def test_json_is_for_machines(app: typer.Typer, arguments: list[str]) -> None:
    run = CliRunner().invoke(app, [*arguments, "--json"])
    report = json.loads(run.stdout)
    assert (report["release"], report["rows_read"], report["rows_indexed"]) == (1, 7, 6)
    assert report["rejected"] == {"no-subject": 1}
    assert report["lookups"][0]["entries"] == 6


def test_an_error_is_one_line_and_exit_2(
    app: typer.Typer, arguments: list[str], desk: Desk
) -> None:
    (desk.folder / "keys" / "log.key").chmod(0o644)
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 2
    assert "log.key is open to other users" in run.stderr
    assert "Traceback" not in run.output
    assert not (desk.folder / "releases").exists()


def test_a_missing_incident_file_is_named(app: typer.Typer, arguments: list[str]) -> None:
    arguments[2] += ".not"
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 2
    assert "incident.toml.not" in run.stderr
