"""Whatever happens to a file: the counts add up, or there is one clear error, and no text leaks."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachdesk.incident import ITEMS, Lookup, load
from tests.messy.corruption import check, check_accounts, damaged
from tests.messy.generate import FOLDER

FILES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))
OPEN_ITEMS = FOLDER.parent / "open-items.toml"
# A workbook is opened in a process of its own: fewer of them.
SLOW = {".xlsx", ".xls", ".ods", ".7z"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()

    @settings(
        max_examples=3 if path.suffix in SLOW or "sheet" in path.name else 25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 2**32), st.sampled_from([65_536, 3]))
    def holds(seed: int, rows: int) -> None:
        copy = tmp_path / path.name
        copy.write_bytes(damaged(whole, Random(seed)))
        check(copy, rows)

    holds()


def test_every_row_of_damaged_files_is_accounted_for(tmp_path: Path) -> None:
    """Several at a time, as a build reads them: text, JSON and dumps; counts by table, exactly."""
    quick = [path for path in FILES if path.suffix in {".csv", ".txt", ".json", ".jsonl", ".sql"}]
    incident = replace(
        load(OPEN_ITEMS),
        items=tuple(ITEMS),
        lookups=(Lookup("name+phone", ("name", "phone"), "open", "membership"),),
        subject_columns=(("customer_number",),),
    )
    seen: set[str] = set()

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.sampled_from(quick), min_size=1, max_size=3, unique=True), st.integers(0))
    def holds(chosen: list[Path], seed: int) -> None:
        copies = []
        for path in chosen:
            copies.append(tmp_path / path.name)
            copies[-1].write_bytes(damaged(path.read_bytes(), Random(seed)))
        seen.update(check_accounts(copies, incident))

    holds()
    assert len(seen) >= 2


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "leak.csv"
    path.write_bytes(data)
    check(path)
