"""Records made as arrays are those that one would write byte by byte."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.ingest._record_rows import (
    byte_rows,
    lowest,
    output_rows,
    person_rows,
    spread,
    tail_rows,
)

SUBJECT = st.binary(min_size=12, max_size=12)
OUT = st.binary(min_size=64, max_size=64)
PERSON = st.tuples(SUBJECT, st.integers(0, 2**64 - 1), st.integers(1, 2**32 - 1))


def tail(items: int, records: int) -> bytes:
    return struct.pack(">QH", items, min(records, 65_535))


@given(st.data(), st.lists(PERSON, min_size=1, max_size=5), st.lists(OUT, max_size=20))
def test_an_output_has_its_persons_record(
    data: st.DataObject, people: list[tuple[bytes, int, int]], outs: list[bytes]
) -> None:
    person = st.integers(0, len(people) - 1)
    owners = data.draw(st.lists(person, min_size=len(outs), max_size=len(outs)))
    ids, items, records = zip(*people, strict=True)
    rows = output_rows(
        outs, 7, np.array(owners, np.intp), byte_rows(ids, 12), tail_rows(items, records)
    )
    wanted = [
        out + ids[owner] + b"\x07" + tail(items[owner], records[owner])
        for out, owner in zip(outs, owners, strict=True)
    ]
    assert [row.tobytes() for row in rows] == wanted
    pieces = spread(rows)
    assert len(pieces) == 256
    by_byte = sorted(wanted, key=lambda record: record[:1])
    assert b"".join(pieces) == b"".join(by_byte)
    assert [wanted[place] for place in lowest(rows, 3)] == sorted(
        wanted, key=lambda record: record[32:40]
    )[:3]


@given(st.lists(st.tuples(PERSON, st.integers(0, 2**16 - 1)), max_size=5))
def test_a_person_that_no_lookup_holds_has_nothing(
    people: list[tuple[tuple[bytes, int, int], int]],
) -> None:
    rows = person_rows(
        byte_rows([subject for (subject, _, _), _ in people], 12),
        tail_rows([items for (_, items, _), _ in people], [one[0][2] for one in people]),
        np.array([held for _, held in people], np.uint16),
    )
    assert [row.tobytes() for row in rows] == [
        subject + (tail(items, records) if held else bytes(10)) + held.to_bytes(2, "big")
        for (subject, items, records), held in people
    ]
