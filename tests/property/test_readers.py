"""Whatever happens to a file: the counts add up, or there is one clear error, and no text leaks."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messy.corruption import check, damaged
from tests.messy.generate import FOLDER

FILES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))
# A workbook is opened in a process of its own: fewer of them.
SLOW = {".xlsx", ".xls", ".ods", ".7z"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()

    @settings(
        max_examples=8 if path.suffix in SLOW or "sheet" in path.name else 40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 2**32), st.sampled_from([65_536, 3]))
    def holds(seed: int, rows: int) -> None:
        copy = tmp_path / path.name
        copy.write_bytes(damaged(whole, Random(seed)))
        check(copy, rows)

    holds()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "leak.csv"
    path.write_bytes(data)
    check(path)
