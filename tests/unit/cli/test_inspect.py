"""`breachdesk inspect`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli._inspect import register
from tests.messy.packed import PASSWORD, locked_zip

RUNNER = CliRunner()
EXAMPLE = Path(__file__).parents[3] / "examples" / "kt-2014" / "incident.toml"
TEXT = "이름,전화번호\n홍길동,010-1234-5678\n김구,010-8765-4321\n"


@pytest.fixture
def app() -> typer.Typer:
    application = typer.Typer()
    register(application)
    application.command("other")(lambda: None)
    return application


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "leak.csv"
    path.write_text(TEXT, "cp949")
    return path


def test_a_table_without_values(app: typer.Typer, file: Path) -> None:
    result = RUNNER.invoke(app, ["inspect", str(file)])
    assert result.exit_code == 0
    assert "cp949, separated by comma, 2 columns, 2 rows" in result.stdout
    assert "홍○○" in result.stdout
    assert "홍길동" not in result.stdout
    assert "5678" not in result.stdout


def test_json(app: typer.Typer, file: Path) -> None:
    found = json.loads(RUNNER.invoke(app, ["inspect", str(file), "--json"]).stdout)
    assert (found["encoding"], found["delimiter"], found["rows"]) == ("cp949", ",", 2)
    assert found["header"] == ["이름", "전화번호"]
    assert [column["code"] for column in found["columns"]] == ["name", "phone"]
    assert "길동" not in json.dumps(found, ensure_ascii=False)


def test_writes_a_mapping_once(app: typer.Typer, file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    arguments = ["inspect", str(file), "--write-mapping", str(mapping)]
    assert "pass it to build" in RUNNER.invoke(app, arguments).stdout
    assert '"이름" = "name"' in mapping.read_text("utf-8")
    mapping.write_text("mine", "utf-8")
    again = RUNNER.invoke(app, arguments)
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr
    assert mapping.read_text("utf-8") == "mine"


def test_a_file_that_cannot_be_read(app: typer.Typer, tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["inspect", str(tmp_path / "none.csv")])
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_mapping_that_cannot_be_written(app: typer.Typer, file: Path, tmp_path: Path) -> None:
    arguments = ["inspect", str(file), "--write-mapping", str(tmp_path / "no" / "m.toml")]
    assert RUNNER.invoke(app, arguments).exit_code == 2


def test_help_has_an_example(app: typer.Typer) -> None:
    assert "Example:" in RUNNER.invoke(app, ["inspect", "--help"]).stdout


def test_several_files_and_a_password(app: typer.Typer, file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n", "utf-8")
    locked = tmp_path / "more.zip"
    locked.write_bytes(locked_zip({"more.csv": file.read_bytes()}))
    arguments = ["inspect", str(file), str(locked), "--json"]
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 2
    assert "--password-file" in result.stderr
    result = RUNNER.invoke(app, [*arguments, "--password-file", str(secret)])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert [(t["file"], t["member"], t["rows"]) for t in found["tables"]] == [
        ("leak.csv", "", 2),
        ("more.zip", "more.csv", 2),
    ]
    assert PASSWORD not in result.stdout + result.stderr


def test_a_pattern_an_incident_and_a_delimiter(app: typer.Typer, file: Path) -> None:
    arguments = ["inspect", str(file.parent / "*.csv"), "--incident", str(EXAMPLE)]
    assert RUNNER.invoke(app, arguments).exit_code == 0
    result = RUNNER.invoke(app, ["inspect", str(file), "--delimiter", ";", "--encoding", "cp949"])
    assert "separated by semicolon, 1 columns" in result.stdout
    assert RUNNER.invoke(app, ["inspect", str(file), "--incident", "none.toml"]).exit_code == 2
