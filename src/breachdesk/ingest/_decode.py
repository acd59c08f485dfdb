"""From the bytes of records to UTF-8 bytes of those that can be used."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from breachdesk.ingest._split import Records


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` is UTF-8, without the records of `bad` (index of the record, reason).

    `nul` counts those of them that hold a NUL byte, which no text has.
    """

    text: bytes
    bad: dict[int, str]
    nul: int = 0


def decode(data: bytes, records: Records, columns: int, encoding: str) -> Decoded:
    """Leave out records with another number of columns, and those that do not decode."""
    nul = _with_nul(data, records)
    misshapen = sorted({*(records.columns != columns).arg_true().to_list(), *nul})
    bad = dict.fromkeys(misshapen, "shape") | dict.fromkeys(nul, "encoding")
    parts = [
        part
        for first, last in _runs(misshapen, len(records.starts))
        for part in _decode_run(data, records, first, last, encoding, bad)
    ]
    for index in misshapen:
        if not _decodes(data[records.starts[index] : records.ends[index]], encoding):
            bad[index] = "encoding"
    return Decoded(b"".join(parts), bad, len(nul))


def _with_nul(data: bytes, records: Records) -> list[int]:
    """Return the indices of the records with a NUL byte."""
    if b"\0" not in data:
        return []
    array = pl.Series(pa.UInt8Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)]))
    places = (array == 0).arg_true()
    indices = records.ends.search_sorted(places, side="right")
    return [
        index
        for index, place in zip(indices.to_list(), places.to_list(), strict=True)
        if place >= int(records.starts[index])
    ]


def _runs(gaps: list[int], count: int) -> Iterator[tuple[int, int]]:
    """Yield (first, past the last) of the indices below `count` between the gaps."""
    first = 0
    for gap in (*gaps, count):
        if first < gap:
            yield first, gap
        first = gap + 1


def _decode_run(
    data: bytes, records: Records, first: int, last: int, encoding: str, bad: dict[int, str]
) -> Iterator[bytes]:
    """Yield the records of a run in UTF-8; note in `bad` those that do not decode.

    Each bad one costs the part before it a second time, which is the part that is kept.
    """
    start, end = int(records.starts[first]), int(records.ends[last - 1])
    while start < end:
        piece = data[start:end]
        try:
            yield _to_utf8(piece, encoding)
        except UnicodeDecodeError as error:
            index = _index_of(records.ends, start + error.start)
            bad[index] = "encoding"
            bad_start = int(records.starts[index])
            yield _to_utf8(data[start:bad_start], encoding)
            start = int(records.ends[index])
        else:
            return


def _index_of(ends: pl.Series, position: int) -> int:
    """Return the index of the record that the byte is in."""
    return int(ends.search_sorted(position, side="right"))


def _to_utf8(piece: bytes, encoding: str) -> bytes:
    text = piece.decode(encoding)
    return piece if encoding == "utf-8" else text.encode()


def _decodes(piece: bytes, encoding: str) -> bool:
    try:
        piece.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
