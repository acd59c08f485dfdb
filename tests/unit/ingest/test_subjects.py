"""Rows to people, and what no lookup can hold (PROTOCOL 8.2)."""

from typing import cast

import polars as pl

from breachdesk.incident import Lookup
from breachdesk.ingest._subjects import InputPart, Subjects, fields_of, group

LOOKUPS = (
    Lookup("name+phone", ("name", "phone"), "open", "items"),
    Lookup("email", ("email",), "open", "membership"),
)
CODED = ("name", "channel_token")
BY_LETTER = Lookup("name+channel_token", CODED, "code", "items", ("phone", "email", "letter"))
BY_ADDRESS = Lookup("name+channel_token", CODED, "code", "items", ("phone", "email"))
MISSING, INVALID = 1, 2
Cell = bytes | int


def row(subject: bytes, name: Cell, phone: Cell, email: Cell, items: int = 0) -> dict[str, object]:
    """A cleaned row; a number is the fault of a field that has no value."""
    cells = {"name": name, "phone": phone, "email": email}
    values = {f"f_{key}": None if isinstance(cell, int) else cell for key, cell in cells.items()}
    faults = {f"e_{key}": cell if isinstance(cell, int) else 0 for key, cell in cells.items()}
    return {"subject": subject, "items": items, **values, **faults}


def grouped(*rows: dict[str, object], lookups: tuple[Lookup, ...] = LOOKUPS) -> Subjects:
    types = {"subject": pl.Binary(), "items": pl.UInt64()}
    for name in ("name", "phone", "email"):
        types |= {f"f_{name}": pl.Binary(), f"e_{name}": pl.UInt8()}
    return group(pl.DataFrame(list(rows), schema=types), lookups)


def inputs(people: Subjects, lookup: int) -> set[tuple[bytes, ...]]:
    (found,) = people.inputs[lookup].parts
    owners = [people.subjects[owner] for owner in found.owners]
    listed = list(zip(owners, *found.fields, strict=True))
    assert len(listed) == len(set(listed))
    return cast("set[tuple[bytes, ...]]", set(listed))


def test_records_of_one_person_are_one_with_the_union_of_items() -> None:
    people = grouped(
        row(b"a", b"kim", b"1", b"x", items=1),
        row(b"a", b"kim", b"1", b"x", items=6),
        row(b"b", b"lee", b"2", b"y", items=8),
    )
    assert people.subjects == [b"a", b"b"]
    assert people.items == [7, 8]
    assert people.records == [2, 1]
    assert inputs(people, 0) == {(b"a", b"kim", b"1"), (b"b", b"lee", b"2")}
    assert (people.indexed, people.rejected) == (3, 0)


def test_a_missing_or_invalid_field_takes_the_smallest_of_the_same_person() -> None:
    people = grouped(
        row(b"a", b"kim", MISSING, MISSING),
        row(b"a", b"kim", b"9", MISSING),
        row(b"a", b"gim", INVALID, MISSING),
        row(b"a", b"kim", b"10", MISSING),
        row(b"b", b"lee", MISSING, b"y"),
    )
    assert inputs(people, 0) == {
        (b"a", b"kim", b"9"),
        (b"a", b"kim", b"10"),
        (b"a", b"gim", b"10"),
    }
    assert people.inputs[0].left_out == {"missing:phone": 1}
    assert people.inputs[0].subjects == 1


def test_left_out_rows_count_by_the_first_field_at_fault_in_the_row() -> None:
    people = grouped(
        row(b"a", INVALID, MISSING, b"x"),
        row(b"a", MISSING, MISSING, b"x"),
        row(b"b", b"lee", INVALID, b"y"),
        row(b"c", b"han", b"3", MISSING),
    )
    assert people.inputs[0].left_out == {"invalid:name": 1, "missing:name": 1, "invalid:phone": 1}
    assert people.inputs[1].left_out == {"missing:email": 1}
    assert (people.indexed, people.rejected) == (4, 0)


def test_a_person_whom_no_lookup_finds_has_all_rows_rejected() -> None:
    people = grouped(
        row(b"a", b"kim", MISSING, MISSING),
        row(b"a", b"kim", MISSING, INVALID),
        row(b"b", b"lee", b"2", MISSING),
    )
    assert (people.indexed, people.rejected) == (1, 2)
    assert len(people.subjects) == 2
    assert people.inputs[1].left_out == {"missing:email": 2, "invalid:email": 1}


def test_rows_of_each_lookup_are_held_or_left_out() -> None:
    people = grouped(*(row(b"s%d" % n, b"n", b"p" if n % 3 else MISSING, b"e") for n in range(30)))
    assert people.inputs[0].subjects + sum(people.inputs[0].left_out.values()) == 30


def test_a_code_lookup_has_an_input_for_each_address() -> None:
    people = grouped(
        row(b"a", b"kim", b"1", b"x"),
        row(b"a", b"kim", b"1", b"y"),
        row(b"a", b"gim", b"2", MISSING),
        row(b"b", b"lee", MISSING, INVALID),
        row(b"c", INVALID, b"3", b"z"),
        lookups=(BY_LETTER,),
    )
    phone, email, letter = people.inputs[0].parts
    assert [part.channel for part in (phone, email, letter)] == ["phone", "email", "letter"]
    assert by_address(people, phone) == {(b"a", b"kim", b"1"), (b"a", b"gim", b"2")}
    assert by_address(people, email) == {
        (b"a", b"kim", b"x"),
        (b"a", b"kim", b"y"),
        (b"a", b"gim", b"x"),
    }
    assert (letter.addresses, sorted(letter.owners)) == ([], [0, 0, 1])
    assert (people.inputs[0].subjects, people.inputs[0].entries) == (2, 8)
    assert people.inputs[0].left_out == {"invalid:name": 1}
    assert (people.indexed, people.rejected) == (4, 1)


def by_address(people: Subjects, part: InputPart) -> set[tuple[bytes, bytes, bytes]]:
    owners = [people.subjects[owner] for owner in part.owners]
    listed = list(zip(owners, part.fields[0], part.addresses, strict=True))
    assert len(listed) == len(set(listed))
    return set(listed)


def test_who_has_no_address_is_left_out_of_a_code_lookup() -> None:
    people = grouped(
        row(b"a", b"kim", MISSING, MISSING),
        row(b"b", b"lee", INVALID, MISSING),
        row(b"c", MISSING, MISSING, MISSING),
        row(b"d", b"han", b"1", MISSING),
        lookups=(BY_ADDRESS,),
    )
    assert people.inputs[0].left_out == {
        "missing:channel_token": 1,
        "invalid:channel_token": 1,
        "missing:name": 1,
    }
    assert (people.inputs[0].subjects, people.indexed, people.rejected) == (1, 1, 3)


def test_columns_of_a_code_lookup() -> None:
    assert fields_of((BY_LETTER,)) == ("name", "phone", "email")
    assert fields_of((*LOOKUPS, BY_ADDRESS)) == ("name", "phone", "email")
