"""Clean rows in partition files."""

from pathlib import Path

import polars as pl

from breachdesk.ingest._partition import Partitioner, partition_count, read_partition
from breachdesk.ingest._spill import SpillKey, SpillWriter, read_spill

KEY = SpillKey(bytes(32), bytes(16))


def clean_rows(start: int, count: int) -> pl.DataFrame:
    """Rows as the cleaner gives them; every tenth has no subject."""
    numbers = range(start, start + count)
    return pl.DataFrame(
        {
            "row": pl.Series(numbers, dtype=pl.UInt64),
            "items": pl.Series(numbers, dtype=pl.UInt64),
            "f_name": pl.Series(
                [None if n % 4 == 0 else b"n%d" % n for n in numbers], dtype=pl.Binary
            ),
            "e_name": [(None, "missing", "invalid")[n % 3] for n in numbers],
            "subject": pl.Series(
                [None if n % 10 == 0 else b"s%d" % (n % 50) for n in numbers], dtype=pl.Binary
            ),
        }
    )


def test_each_subject_is_in_one_partition_and_no_row_is_lost(tmp_path: Path) -> None:
    partitioner = Partitioner(SpillWriter(tmp_path, KEY), 8, 2**63 + 5, ["name"])
    assert partitioner.add(clean_rows(0, 300)) == 30
    assert partitioner.add(clean_rows(300, 100)) == 10
    parts = [
        read_partition(read_spill(tmp_path / name, KEY), ["name"]) for name in partitioner.names
    ]
    subjects = [set(part["subject"]) for part in parts]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == 45
    rows = pl.concat(parts).sort("items")
    wanted = pl.concat([clean_rows(0, 300), clean_rows(300, 100)]).drop_nulls("subject")
    assert rows["items"].to_list() == wanted["items"].to_list()
    assert rows["f_name"].to_list() == wanted["f_name"].to_list()
    codes = {None: 0, "missing": 1, "invalid": 2}
    assert rows["e_name"].to_list() == [codes[fault] for fault in wanted["e_name"]]


def test_rows_without_any_subject_write_nothing(tmp_path: Path) -> None:
    partitioner = Partitioner(SpillWriter(tmp_path, KEY), 8, 1, ["name"])
    assert partitioner.add(clean_rows(0, 10).filter(pl.col("subject").is_null())) == 1
    assert not list(tmp_path.iterdir())


def test_partitions_grow_with_the_sources_up_to_a_bound() -> None:
    assert partition_count(0) == 8
    assert partition_count(400 << 20) == 100
    assert partition_count(1 << 50) == 1024
