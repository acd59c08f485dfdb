"""`breachdesk ledger`, `retire`, `keys ledger`, and what `build` takes of them."""

import json

import pytest
import typer
from typer.testing import CliRunner

from breachdesk.cli import _build, _keys, _ledger, _retire
from breachdesk.keys import destroy
from tests.factories.leaks import KIM, LEE, Desk


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    for part in (_build, _keys, _ledger, _retire):
        part.register(app)
    return app


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.make(tmp_path_factory.mktemp("desk"))


def run(app: typer.Typer, *words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})
    return found.exit_code, found.output


def places(desk: Desk) -> tuple[object, ...]:
    return "--keys", desk.folder / "keys", "--releases", desk.folder / "releases"


def building(desk: Desk, source: object) -> tuple[object, ...]:
    incident = desk.folder / "incident.toml"
    return "build", "--incident", incident, "--source", source, *places(desk), "--workers", 1


def test_from_the_first_build_to_the_tombstone(app: typer.Typer, desk: Desk) -> None:
    first, more = desk.source([KIM]), desk.source([LEE], "more.csv")
    code, said = run(app, *building(desk, first))
    assert code == 0, said
    assert "leak: 1 records of 1 people." in said
    code, said = run(app, *building(desk, more))
    assert code == 2
    assert "--add" in said
    assert "--replace" in said
    code, said = run(app, *building(desk, more), "--add", "--json")
    assert code == 0, said
    (change,) = json.loads(said[said.index("{") :])["changes"]
    assert (change["kind"], change["records"], change["subjects"]) == ("added", 1, 1)
    code, said = run(app, "ledger", "show", *places(desk), "--json")
    found = [(one["incident"], one["release"], one["rows"]) for one in json.loads(said)]
    assert found == [("leak", 1, 1), ("leak", 2, 1)]
    assert "leak" in run(app, "ledger", "show", *places(desk))[1]
    reasons = ("--reason-ko", "끝났습니다.", "--reason-en", "It has ended.")
    assert run(app, "retire", "leak", *places(desk), *reasons)[0] == 2
    code, said = run(app, "retire", "leak", *places(desk), *reasons, "--yes")
    assert code == 0, said
    assert "Log entry 3 says that leak is retired." in said
    assert "No incident is left" in said


def test_choices_that_exclude_each_other_are_refused(app: typer.Typer, desk: Desk) -> None:
    source = desk.source([KIM])
    for told, *words in (
        ("give one of them", "--add", "--replace"),
        ("give one of them", "--add", "--replace-file", "leak.csv"),
        ("leave --no-ledger out", "--add", "--no-ledger"),
        ("leave --no-ledger out", "--replace-file", "leak.csv", "--no-ledger"),
        ("leave --no-ledger out", "--wait", "--no-ledger"),
        ("it goes with --add", "--beside"),
        ("give one of the two", "--no-ledger", "--ledger", desk.folder / "ledger"),
    ):
        code, said = run(app, *building(desk, source), *words)
        assert code == 2
        assert told in said
    assert not (desk.folder / "releases").exists()


def test_the_ledger_ends_and_begins_again(app: typer.Typer, desk: Desk) -> None:
    keys = desk.folder / "keys"
    code, said = run(app, "ledger", "destroy", *places(desk))
    assert code == 2
    assert "--yes" in said
    code, said = run(app, "ledger", "destroy", *places(desk), "--yes", "--json")
    assert json.loads(said) == {"destroyed": True, "bytes": 0}
    code, said = run(app, "ledger", "show", *places(desk))
    assert code == 2
    assert "keys ledger DIR" in said
    assert json.loads(run(app, "keys", "ledger", keys, "--json")[1]) == {"made": True}
    assert "already" in run(app, "keys", "ledger", keys)[1]
    assert "nothing of the release in force" in run(app, "ledger", "show", *places(desk))[1]
    destroy(keys, ("ledger",))
