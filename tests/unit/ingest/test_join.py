"""People in several part sets, and the entries of a release, against a plain way to count them."""

import struct
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.ingest._count import Census, CountTask, count_outputs
from breachdesk.ingest._join import Joined, JoinTask, join_people, joined_tail
from breachdesk.ingest._outputs import IncidentParts, SetParts, outputs_of, record_of
from breachdesk.ingest._parts import SEGMENTS, write_part

SECRET = bytes(range(32))
#: A person of one part set: items, number of records, and the inputs by lookup.
PERSON = st.tuples(
    st.integers(1, 2**40), st.integers(1, 65_535), st.frozensets(st.integers(0, 5), max_size=4)
)
SET = st.dictionaries(st.integers(0, 6), PERSON, max_size=6)


def subject(number: int) -> bytes:
    return bytes((3,)) + number.to_bytes(11, "big")


def output(value: int) -> bytes:
    return bytes((9,)) + bytes(62) + bytes((value,))


def write(folder: Path, number: int, people: dict[int, tuple[int, int, frozenset[int]]]) -> Path:
    outputs: list[list[bytes]] = [[] for _ in range(SEGMENTS)]
    persons: list[list[bytes]] = [[] for _ in range(SEGMENTS)]
    for one, (items, records, values) in people.items():
        tail = struct.pack(">QH", items, records)
        held = 0
        for value in values:
            held |= 1 << value % 2
            outputs[9].append(output(value) + subject(one) + bytes((value % 2,)) + tail)
        persons[3].append(subject(one) + tail + held.to_bytes(2, "big"))
    path = folder / f"part-{number:04d}"
    write_part(path, SECRET, [*map(b"".join, outputs)], [*map(b"".join, persons)])
    return path


@settings(max_examples=10, deadline=None)
@given(sets=st.lists(SET, min_size=2, max_size=3))
def test_a_join_is_what_one_would_count_by_hand(
    sets: list[dict[int, tuple[int, int, frozenset[int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write(folder, number, people) for number, people in enumerate(sets)]
        into = Joined(folder, 5, SECRET)
        places = tuple(((path,), SECRET) for path in paths)
        found = [join_people(JoinTask(byte, places, 2, into)) for byte in range(SEGMENTS)]
        everybody = {one for people in sets for one in people}
        times = Counter(one for people in sets for one in people)
        assert sum(one.subjects for one in found) == len(everybody)
        assert sum(one.several for one in found) == sum(n > 1 for n in times.values())
        entries = set()
        for one in everybody:
            of_one = [people[one] for people in sets if one in people]
            items = 0
            for more, _, _ in of_one:
                items |= more
            tail = struct.pack(">QH", items, min(sum(n for _, n, _ in of_one), 65_535))
            known = joined_tail(into, subject(one))
            assert known == (tail if len(of_one) > 1 else None)
            entries |= {
                record_of(output(v) + subject(one) + bytes((v % 2,)) + tail, 5, b"\x04\x02")
                for _, _, values in of_one
                for v in values
            }
        parts = IncidentParts(
            5, tuple(SetParts((path,), b"\x04\x02", SECRET) for path in paths), into
        )
        assert [row.tobytes() for row in outputs_of(parts, 9)] == sorted(entries)
        census = Census(8)
        for byte in range(SEGMENTS):
            census.add(count_outputs(CountTask(byte, 8, (parts,))))
        assert census.entries == Counter((5, record[78]) for record in entries)
        assert {record[:64] for record in census.samples()} <= {record[:64] for record in entries}
        people = [sum(one.lookups[n] for one in found) for n in (0, 1)]
        holders = {(record[66:78], record[78]) for record in entries}
        assert people == [sum(lookup == n for _, lookup in holders) for n in (4, 2)]


@pytest.mark.parametrize("bits", [8, 13])
def test_the_histogram_has_every_entry_in_its_place(tmp_path: Path, bits: int) -> None:
    path = write(tmp_path, 0, {1: (1, 1, frozenset((0, 1, 2)))})
    parts = IncidentParts(5, (SetParts((path,), b"\x00\x01", SECRET),))
    found = count_outputs(CountTask(9, bits, (parts,)))
    assert found.histogram.sum() == 3
    assert found.histogram[0] == 3
    assert len(found.histogram) == 1 << (bits - 8)
