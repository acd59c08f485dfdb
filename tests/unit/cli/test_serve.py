"""`breachdesk serve` turns errors into one line and exit status 2."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli import _serve
from tests.factories.served import make_service


def invoke(*options: str) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    _serve.register(app)
    found = CliRunner().invoke(app, ["serve", *options])
    return found.exit_code, found.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--rate", "0"], "--rate"),
        (["--port", "0"], "--port"),
        (["--workers", "2"], "--limits"),
        (["--token-effort", "0"], "--token-effort"),
        (["--budget-day", "0"], "--budget-day"),
        (["--alarm-webhook", "x"], "alarm webhook"),
        (["--alarm-mail", "x"], "alarm mail"),
        (["--proxy", "x"], "proxy"),
        (["--page-origin", "x"], "page origin"),
        (["--host", "0.0.0.0"], "--evaluator-url"),
        (["--evaluator-url", "x"], "--evaluator-url"),
    ],
)
def test_wrong_options_are_one_line(tmp_path: Path, more: list[str], said: str) -> None:
    made = make_service(tmp_path)
    code, output = invoke("--releases", str(made.releases), "--keys", str(made.keys), *more)
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_missing_folders_are_one_line(tmp_path: Path) -> None:
    code, output = invoke("--releases", str(tmp_path), "--keys", str(tmp_path / "none"))
    assert (code, "key folder is not there" in output) == (2, True)
    made = make_service(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    code, output = invoke("--releases", str(empty), "--keys", str(made.keys))
    assert (code, "breachdesk build" in output) == (2, True)


def test_help_has_an_example() -> None:
    code, output = invoke("--help")
    assert (code, "Example: breachdesk serve" in output) == (0, True)
