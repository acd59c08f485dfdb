"""Records found in blocks, against Python's own CSV reader."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.ingest._split import Splitter

PIECES = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", "가", "a", '"a"', '"a,\n가"', " "])
)


@settings(max_examples=400)
@given(PIECES.map("".join))
def test_records_are_those_of_the_csv_module(text: str) -> None:
    data = (text + "\n").encode()
    records = Splitter(",").split(data)
    found = [data[start:end] for start, end in zip(records.starts, records.ends, strict=True)]
    rows = [
        row for row in csv.reader(io.StringIO(data[: records.used].decode(), newline="")) if row
    ]
    assert [len(row) for row in rows] == records.columns.to_list()
    for record, row in zip(found, rows, strict=True):
        assert next(csv.reader(io.StringIO(record.decode(), newline=""))) == row


@given(PIECES.map("".join), st.integers(0, 60))
def test_cutting_a_block_changes_no_record(text: str, cut: int) -> None:
    data = (text + "\n").encode()
    splitter = Splitter(",")
    whole = splitter.split(data)
    first = splitter.split(data[:cut])
    second = splitter.split(data[first.used :])
    starts = first.starts.to_list() + [start + first.used for start in second.starts]
    assert starts == whole.starts.to_list()
    assert first.used + second.used == whole.used
    assert first.columns.to_list() + second.columns.to_list() == whole.columns.to_list()


@given(PIECES.map("".join), st.integers(1, 5))
def test_the_first_records(text: str, count: int) -> None:
    data = (text + "\n").encode()
    whole = Splitter(",").split(data)
    head = whole.head(count)
    assert head.starts.to_list() == whole.starts.to_list()[:count]
    again = Splitter(",").split(data[head.used :])
    assert len(head.starts) + len(again.starts) == len(whole.starts)
