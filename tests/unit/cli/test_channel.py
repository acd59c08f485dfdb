"""`breachdesk channel`: the file, the people at the desk, a code of the desk, the outbox."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from breachdesk.audit import verify
from breachdesk.identifiers import letter_code
from breachdesk.keys import create

RUN = [sys.executable, "-c", "from breachdesk.cli import main; main()", "channel"]
PASSWORD = "correct horse battery staple"


def run(folder: Path, *words: str, typed: str = "") -> tuple[int, str]:
    """In a process of its own, since Django is set up once; with no terminal to ask at."""
    found = subprocess.run(
        [*RUN, *words],
        check=False,
        cwd=folder,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "COLUMNS": "200"},
        timeout=120,
    )
    return found.returncode, found.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "keys", origin="channel.example.org")
    code, said = run(tmp_path, "init", "channel.toml", "--spool", "spool")
    assert (code, "channel.toml" in said) == (0, True)
    return tmp_path


def test_a_file_is_private_and_never_overwritten(folder: Path) -> None:
    assert (folder / "channel.toml").stat().st_mode & 0o777 == 0o600
    before = (folder / "channel.toml").read_bytes()
    code, said = run(folder, "init", "channel.toml")
    assert (code, "never overwritten" in said) == (2, True)
    assert (folder / "channel.toml").read_bytes() == before


def test_from_staff_to_a_code_of_the_desk(folder: Path) -> None:
    code, said = run(folder, "staff", "add", "kim", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (code, "kim may issue codes" in said) == (0, True), said
    assert run(folder, "staff", "list", "--json") == (0, '["kim"]\n')

    typed = f"kim\n{PASSWORD}\n3\n010-1234-5678\ny\n"
    code, said = run(folder, "desk-code", "--type", "phone", typed=typed)
    assert code == 0, said
    found = re.search(r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}", said)
    assert found is not None
    assert letter_code(found[0])
    assert "+821012345678" in said
    assert verify(folder / "channel-audit.jsonl") == 2
    assert "passport" in (folder / "channel-audit.jsonl").read_text()

    code, said = run(folder, "desk-code", "--type", "phone", typed="kim\nwrong\n3\n")
    assert (code, "name or password is wrong" in said) == (2, True)
    assert run(folder, "staff", "remove", "kim")[0] == 0
    code, said = run(folder, "desk-code", "--type", "phone", typed=typed)
    assert (code, "name or password is wrong" in said) == (2, True)


def test_a_wrong_address_issues_nothing(folder: Path) -> None:
    run(folder, "staff", "add", "kim", typed=f"{PASSWORD}\n{PASSWORD}\n")
    typed = f"kim\n{PASSWORD}\n1\n12\n"
    code, said = run(folder, "desk-code", "--type", "phone", typed=typed)
    assert (code, "nothing was issued" in said) == (2, True)
    assert verify(folder / "channel-audit.jsonl") == 1


def test_the_outbox_of_a_new_service_is_empty(folder: Path) -> None:
    code, said = run(folder, "outbox", "--json")
    assert (code, json.loads(said)) == (0, [])
    assert "Messages of the last day" in run(folder, "outbox")[1]


def test_a_wrong_file_is_told_by_line(folder: Path) -> None:
    file = folder / "channel.toml"
    file.write_text(file.read_text().replace("senders = 4", "senders = 0"))
    code, said = run(folder, "outbox")
    assert (code, "line " in said, "Traceback" in said) == (2, True, False)


def test_a_database_that_is_not_there_is_one_line(folder: Path) -> None:
    file = folder / "channel.toml"
    url = 'database = "postgres://nobody:secret@127.0.0.1:9/none"\nsenders = 4'
    file.write_text(file.read_text().replace("senders = 4", url))
    code, said = run(folder, "outbox")
    assert (code, "cannot be used" in said, "secret" in said) == (2, True, False)
