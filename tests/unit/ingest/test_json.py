"""JSON whose numbers no program should write."""

import io
from pathlib import Path

import pytest

from breachdesk.ingest._json_stream import JsonStream
from breachdesk.ingest._open import open_path
from breachdesk.ingest._source import LOST, Reading
from breachdesk.ingest.errors import SourceError

MOST = 4_300


def cells(folder: Path, number: str) -> list[tuple[str, ...]]:
    path = folder / "leak.json"
    path.write_text(f'[{{"name": "kim", "number": {number}}}, {{"name": "lee", "number": 2}}]')
    (source,) = open_path(path, lambda _: Reading())
    return [row for batch in source.batches() for row in batch.frame.rows()]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1e999999999999", LOST),
        ("-1e400", LOST),
        ("0e999999999", "0"),
        ("1E+2", "100"),
        ("-0.0", "0"),
        ("1e-999999999999", "1E-999999999999"),
        ("123456789012345.50", "123456789012345.50"),
        ("9" * MOST, "9" * MOST),
    ],
)
def test_any_number_is_text_or_lost(tmp_path: Path, number: str, text: str) -> None:
    assert cells(tmp_path, number) == [("kim", text), ("lee", "2")]


@pytest.mark.parametrize("tail", ["", ".5", "e5"])
def test_a_number_that_no_python_makes_is_damage(tmp_path: Path, tail: str) -> None:
    """Read by ijson as it is, it ends the process."""
    with pytest.raises(SourceError) as caught:
        cells(tmp_path, "1" * (MOST + 1) + tail)
    assert caught.value.kind == "damaged"


@pytest.mark.parametrize("size", [1, 7, MOST - 1, MOST, MOST + 1, 3 * MOST + 5, 1 << 16])
@pytest.mark.parametrize("before", [0, 1, MOST - 1, MOST, 2 * MOST + 3])
@pytest.mark.parametrize("after", [0, 1])
def test_digits_are_counted_over_blocks(size: int, before: int, after: int) -> None:
    for digits, fine in ((MOST, True), (MOST + 1, False)):
        data = b"x" * before + b"7" * digits + b"x" * after
        stream, read = JsonStream(io.BytesIO(data)), []
        try:
            while block := stream.read(size):
                read.append(block)
        except ValueError:
            assert not fine
        else:
            assert fine
            assert b"".join(read) == data
