"""SQL dumps whose statements do not say the same of their table."""

from pathlib import Path

import pytest

from breachdesk.ingest._open import open_path
from breachdesk.ingest._source import Reading

RIGHT = "INSERT INTO member (id, name) VALUES (1, 'kim');\n"
TWICE = "INSERT INTO member (id, name, name) VALUES (2, 'lee'), (3, 'lee', 'lee');\n"


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [(RIGHT + TWICE, {1: ("1", "kim")}, [2, 3]), (TWICE + RIGHT, {3: ("1", "kim")}, [1, 2])],
    ids=["after", "before"],
)
def test_a_statement_that_names_a_column_twice_rejects_its_rows_alone(
    tmp_path: Path, text: str, good: dict[int, tuple[str, ...]], bad: list[int]
) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(text, "utf-8")
    (source,) = open_path(path, lambda _: Reading())
    assert source.header == ("id", "name")
    (batch,) = source.batches()
    assert dict(zip(batch.row_numbers, batch.frame.rows(), strict=True)) == good
    assert batch.rejected == [(number, "shape") for number in bad]
