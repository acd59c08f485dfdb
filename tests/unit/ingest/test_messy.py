"""The labelled messy files: each must give exactly the tables that stand beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from breachdesk.ingest._open import open_path
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._source import Reading
from breachdesk.ingest.errors import SourceError
from tests.messy.expected import found
from tests.messy.generate import FOLDER, made
from tests.messy.packed import PASSWORD

FILES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))


def expected(path: Path) -> dict[str, Any]:
    """What stands beside the file."""
    said = json.loads(path.with_name(f"{path.name}.expected.json").read_text("utf-8"))
    assert isinstance(said, dict)
    return said


def read(path: Path, rows: int) -> dict[str, Any]:
    """What a reader finds."""
    passwords = Passwords(["not this one", PASSWORD])
    try:
        tables = [found(s, rows) for s in open_path(path, lambda _: Reading(), passwords)]
    except SourceError as error:
        return {"error": error.kind}
    return {"tables": tables}


def test_there_are_many() -> None:
    assert len(FILES) >= 40
    assert [path.name[3:] for path in FILES] == [name for name, _, _ in made()]


@pytest.mark.parametrize("rows", [65_536, 2])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_messy_file(path: Path, rows: int) -> None:
    assert read(path, rows) == expected(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_the_generator_says_is_what_was_committed(path: Path) -> None:
    tables = made()[int(path.name[:2]) - 1][2]
    said = (
        {"error": tables}
        if isinstance(tables, str)
        else {"tables": [table.as_json() for table in tables]}
    )
    assert json.loads(json.dumps(said)) == expected(path)
