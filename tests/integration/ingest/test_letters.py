"""The letter file: whom it goes to, that its codes open the release, and that it is private."""

import csv
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from breachdesk.cli._app import app
from breachdesk.identifiers import LETTER_ID_LENGTH, letter_code, letter_code_of
from breachdesk.ingest import (
    BuildError,
    IngestError,
    LettersReport,
    LettersRequest,
    build,
    write_letters,
)
from breachdesk.keys import KEY_NAMES, open_folder
from breachdesk.release import Store
from tests.factories.leaks import (
    CODE_HEADER,
    CODE_INCIDENT,
    CODE_LOOKUP,
    INCIDENT,
    Desk,
    ask,
    token,
)

HEADER = (*CODE_HEADER, "주소")
KIM = ("김 하나", "890102-2234567", "010-1234-5678", "", "1", "서울 중구 1, 2층")
AGAIN = ("김하나", "890102-2234567", "", "kim@example.com", "1", "부산 3")
LEE = ("Lee Duri", "750611-1234567", "", "", "2", "  대구 4 ")
HAN = ("한세찌", "800101-1234567", "", "", "3", " ")
NOBODY = ("", "700101-1234567", "", "", "4", "광주 5")
BROKEN = ("하나", "", "", "", "", "")
ROWS = (HAN, KIM, AGAIN, LEE, NOBODY, BROKEN)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path, CODE_INCIDENT.replace('"email", "cust', '"email", "address", "cust'))


def request(
    desk: Desk, *only_without: str, rows: tuple[tuple[str, ...], ...] = ROWS
) -> LettersRequest:
    source = desk.source(rows, header=HEADER)
    folder = desk.folder
    return LettersRequest(
        folder / "incident.toml",
        (source,),
        folder / "keys",
        folder / "letters.csv",
        only_without=only_without,
    )


def names(desk: Desk) -> set[str]:
    return {path.name for path in desk.folder.iterdir()}


def lines(desk: Desk) -> dict[str, dict[str, str]]:
    with (desk.folder / "letters.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_one_letter_a_person_and_everybody_is_accounted_for(desk: Desk) -> None:
    report = write_letters(request(desk))
    assert report == LettersReport(6, {"no-subject": 1}, 4, 2, 1, 0, 1)
    found = lines(desk)
    assert {name: row["address"] for name, row in found.items()} == {
        "김 하나": "서울 중구 1, 2층",
        "Lee Duri": "대구 4",
    }
    assert [row["language"] for row in found.values()].count("en") == 1
    assert found["Lee Duri"]["language"] == "en"


def test_the_code_of_a_letter_opens_the_release(desk: Desk) -> None:
    wanted = request(desk)
    write_letters(wanted)
    build(desk.request(*wanted.sources))
    keys, store = open_folder(desk.folder / "keys"), Store(desk.folder / "releases")
    code = letter_code(lines(desk)["김 하나"]["code"])
    letter = code[:LETTER_ID_LENGTH]
    assert letter_code_of(keys.letter, keys.epoch, letter) == code
    opened = token(keys, "letter", letter.encode())
    (found,) = ask(keys, store, CODE_LOOKUP, "김하나", "1989-01-02", token=opened)
    assert found.records == 2
    assert ask(keys, store, CODE_LOOKUP, "Lee Duri", "1975-06-11", token=opened) == []


@pytest.mark.parametrize(
    ("channels", "who", "reachable"),
    [
        (("phone",), {"Lee Duri"}, 1),
        (("email",), {"Lee Duri"}, 1),
        ((), {"김 하나", "Lee Duri"}, 0),
    ],
)
def test_only_whom_nothing_else_reaches(
    desk: Desk, channels: tuple[str, ...], who: set[str], reachable: int
) -> None:
    report = write_letters(request(desk, *channels))
    assert (set(lines(desk)), report.reachable) == (who, reachable)


def test_the_text_has_the_code_and_no_link(desk: Desk) -> None:
    write_letters(request(desk))
    for row in lines(desk).values():
        for text in (row["text_ko"], row["text_en"]):
            assert row["code"] in text
            assert "{" not in text
            assert "http" not in text
            assert "www" not in text
        assert "leaked" in row["text_en"]
        assert "유출되었습니다" in row["text_ko"]
        assert "링크가 없습니다" in row["text_ko"]


def test_a_link_in_the_incident_is_refused(desk: Desk) -> None:
    path = desk.folder / "incident.toml"
    path.write_text(
        path.read_text("utf-8").replace('en = "100"', 'en = "https://x.example"'), "utf-8"
    )
    with pytest.raises(BuildError, match="has a link"):
        write_letters(request(desk))
    assert not (desk.folder / "letters.csv").exists()


def test_the_file_is_private_and_nothing_is_left_beside_it(desk: Desk) -> None:
    wanted = request(desk)
    before = names(desk)
    write_letters(wanted)
    assert names(desk) - before == {"letters.csv"}
    assert stat.S_IMODE((desk.folder / "letters.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["file", "link"])
def test_it_is_never_written_over_another(desk: Desk, kind: str) -> None:
    path, aim = desk.folder / "letters.csv", desk.folder / "aim"
    if kind == "link":
        path.symlink_to(aim)
    else:
        path.write_text("mine")
    with pytest.raises(BuildError, match="exists already"):
        write_letters(request(desk))
    assert kind == "link" or path.read_text() == "mine"
    assert not aim.exists()


def test_a_failure_leaves_nothing(desk: Desk) -> None:
    wanted = request(desk)
    before = names(desk)

    def fail(stage: str, _done: int, _total: int | None, _unit: str) -> None:
        if stage == "letters":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_letters(wanted, fail)
    assert names(desk) == before


def test_nothing_of_a_source_is_plain_on_disk_but_the_file(desk: Desk) -> None:
    seen = 0

    def look(stage: str, _done: int, _total: int | None, _unit: str) -> None:
        nonlocal seen
        for path in desk.folder.glob(".letters-*/*"):
            data = path.read_bytes()
            seen += stage == "letters"
            assert KIM[5].encode() not in data
            assert "하나".encode() not in data

    write_letters(request(desk), look)
    assert seen


def test_only_two_keys_are_opened(desk: Desk) -> None:
    for name in set(KEY_NAMES) - {"subject", "letter"}:
        (desk.folder / "keys" / f"{name}.key").unlink()
    assert write_letters(request(desk)).letters == 2


def test_an_incident_without_letters_is_refused(desk: Desk) -> None:
    (desk.folder / "incident.toml").write_text(INCIDENT, "utf-8")
    with pytest.raises(BuildError, match="takes letters"):
        write_letters(request(desk))


def test_a_source_without_addresses_is_refused(desk: Desk) -> None:
    source = desk.source([KIM[:5]], header=CODE_HEADER)
    folder = desk.folder
    with pytest.raises(IngestError, match="postal address"):
        write_letters(
            LettersRequest(
                folder / "incident.toml", (source,), folder / "keys", folder / "letters.csv"
            )
        )


def test_the_command(desk: Desk) -> None:
    wanted = request(desk)
    words = ["letters", str(wanted.out), "--incident", str(wanted.incident)]
    words += ["--source", str(wanted.sources[0]), "--keys", str(wanted.keys)]
    run = CliRunner().invoke(app, [*words, "--only-without", "phone,email"])
    assert run.exit_code == 0, run.output
    assert "1 letters for 4 people" in run.stdout
    assert "No postal address on file: 1 people" in run.stdout
    assert "1 no-subject" in run.stdout
    again = CliRunner().invoke(app, words)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    wrong = CliRunner().invoke(app, [*words, "--only-without", "fax"])
    assert (wrong.exit_code, "--only-without" in wrong.stderr) == (2, True)
