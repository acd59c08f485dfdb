"""`stats` and `diff` of real builds: two incidents, people in both, and an amendment."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from breachdesk.cli._app import app
from breachdesk.ingest import build
from tests.factories.leaks import INCIDENT, KIM, LEE, Desk, people

OTHER = INCIDENT.replace('"leak"', '"other"').replace("number = 3", "number = 4")
#: Of the first build: Kim has a record without a customer number, and two in all.
NO_NUMBER = (KIM[0], KIM[1], KIM[2], "")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Release 1: 12 people of `leak`; 2: Kim, Lee and one more of `other`; 3: three more rows."""
    made = Desk.make(tmp_path_factory.mktemp("figures"))
    (made.folder / "other.toml").write_text(OTHER, "utf-8")
    build(made.request(made.source([KIM, NO_NUMBER, LEE, *people(10)])))
    build(
        made.request(
            made.source([KIM, LEE, *people(1, 90)], "other.csv"),
            incident="other.toml",
        )
    )
    more = [("김하나", "890102-2234567", "010-9999-0000", "100000001"), *people(2, 40)]
    build(made.request(made.source(more, "more.csv"), amend="add"))
    return made


def run(desk: Desk, command: str, *words: str, keys: bool = True) -> Result:
    more = ["--keys", str(desk.folder / "keys")] if keys else []
    options = ["--releases", str(desk.folder / "releases"), *more]
    result = CliRunner().invoke(app, [command, *words, *options], env={"COLUMNS": "200"})
    assert KIM[0] not in result.output
    assert KIM[2].replace("-", "") not in result.output.replace("-", "")
    return result


def figures(desk: Desk, *words: str, keys: bool = True) -> dict[tuple[str, str, str], int]:
    result = run(desk, "stats", "--json", *words, keys=keys)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["figures"]
    return {(row["incident"], row["measure"], row["of"]): row["value"] for row in rows}


def test_people_are_counted_by_item_and_by_set_of_incidents(desk: Desk) -> None:
    found = figures(desk)
    assert found["leak", "people", ""] == 14
    assert found["leak", "people-by-item", "rrn"] == 14
    assert found["leak", "people-by-item", "customer_number"] == 14
    assert found["leak", "records-by-item", "rrn"] == 16
    assert found["other", "people-by-item", "phone"] == 3
    assert found["", "people-in-exactly", "leak"] == 12
    assert found["", "people-in-exactly", "other"] == 1
    assert found["", "people-in-exactly", "leak+other"] == 2
    assert found["leak", "change-records", "added"] == 3
    assert found["leak", "change-people", "added"] == 2


def test_an_earlier_release_is_counted_from_what_is_left_of_it(desk: Desk) -> None:
    found = figures(desk, "--release", "1")
    assert found["leak", "people", ""] == 12
    assert found["leak", "people-by-item", "name"] == 12
    assert found["leak", "records-by-item", "name"] == 13
    assert ("", "people-in-exactly", "leak+other") not in found


def test_without_keys_there_is_what_the_manifest_says(desk: Desk) -> None:
    found = figures(desk, keys=False)
    assert found["leak", "rows-indexed", ""] == 16
    assert not any(measure.endswith("by-item") for _, measure, _ in found)


def test_two_releases_are_compared(desk: Desk) -> None:
    result = run(desk, "diff", "1", "3", "--csv")
    assert result.exit_code == 0, result.output
    rows = {
        (row["incident"], row["measure"], row["of"]): row
        for row in csv.DictReader(StringIO(result.stdout))
    }
    people_ = rows["leak", "people", ""]
    assert (people_["before"], people_["after"], people_["by"]) == ("12", "14", "2")
    assert rows["leak", "people-by-item", "rrn"]["by"] == "2"
    assert rows["other", "people", ""]["before"] == ""
    table = run(desk, "diff", "1", "3")
    assert "difference" in table.stdout
    assert table.exit_code == 0


def test_pictures_and_tables_in_both_languages(desk: Desk, tmp_path: Path) -> None:
    for language, word in (("ko", "항목별 사람"), ("en", "People by item")):
        for command, words in (("stats", ()), ("diff", ("1", "3"))):
            target = tmp_path / f"{command}-{language}.png"
            more = ("--plot", str(target), "--language", language)
            result = run(desk, command, *words, *more)
            assert result.exit_code == 0, result.output
            assert word in result.stdout
            assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stats", "--release", "9"), "there is no release 9"),
        (("stats", "--plot", "people.jpg"), ".png or .svg"),
        (("diff", "0", "1"), "there is no release 0"),
    ],
)
def test_what_cannot_be_is_told(desk: Desk, words: tuple[str, ...], said: str) -> None:
    result = run(desk, *words)
    assert result.exit_code == 2
    assert said in result.output
