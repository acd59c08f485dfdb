"""Many records of the same length as one array, a row of bytes each (`_parts` says of what)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from breachdesk.entry import MOST_RECORDS
from breachdesk.ingest._parts import OUTPUT_BYTES, PERSON_BYTES, SEGMENTS

Rows = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]

_OUT: Final = 64
_SUBJECT: Final = 12
_TAIL: Final = 10


def tail_rows(items: Sequence[int], records: Sequence[int]) -> Rows:
    """For each person the end of a record: items u64 || number of records u16, at most 65,535."""
    table = np.empty(len(items), [("items", ">u8"), ("records", ">u2")])
    table["items"] = np.array(items, np.uint64)
    table["records"] = np.minimum(np.array(records, np.uint64), MOST_RECORDS)
    return table.view(np.uint8).reshape(-1, _TAIL)


def output_rows(
    outs: Sequence[bytes], lookup: int, owners: Numbers, subjects: Rows, tails: Rows
) -> Rows:
    """A record for each output of a lookup; `owners` are the rows of its person."""
    rows = np.empty((len(outs), OUTPUT_BYTES), np.uint8)
    rows[:, :_OUT] = byte_rows(outs, _OUT)
    rows[:, _OUT : _OUT + _SUBJECT] = subjects[owners]
    rows[:, _OUT + _SUBJECT] = lookup
    rows[:, -_TAIL:] = tails[owners]
    return rows


def person_rows(subjects: Rows, tails: Rows, held: npt.NDArray[np.uint16]) -> Rows:
    """A record for each person, with the lookups that hold the person, one bit each.

    Of a person that none holds, all rows were rejected: their items and number do not count.
    """
    rows = np.zeros((len(subjects), PERSON_BYTES), np.uint8)
    rows[:, :_SUBJECT] = subjects
    rows[:, _SUBJECT : _SUBJECT + _TAIL] = np.where((held != 0)[:, None], tails, 0)
    rows[:, -2:] = held.astype(">u2").view(np.uint8).reshape(-1, 2)
    return rows


def byte_rows(values: Sequence[bytes], width: int) -> Rows:
    """Values of the same length, one a row."""
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, width)


def spread(rows: Rows) -> list[bytes]:
    """The rows that begin with each of the 256 bytes."""
    first = rows[:, 0]
    ordered = rows[np.argsort(first, kind="stable")]
    ends = np.cumsum(np.bincount(first, minlength=SEGMENTS))
    return [piece.tobytes() for piece in np.split(ordered, ends[:-1])]


def lowest(rows: Rows, count: int) -> list[int]:
    """A fair draw of outputs: the places of those lowest by bytes that decide no bucket."""
    ranks = np.ascontiguousarray(rows[:, 32:40]).view(">u8").ravel()
    return [int(place) for place in np.argsort(ranks, kind="stable")[:count]]
