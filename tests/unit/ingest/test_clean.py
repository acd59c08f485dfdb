"""What a batch becomes."""

from collections.abc import Callable
from dataclasses import replace
from struct import pack

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.identifiers import InvalidField, fold
from breachdesk.incident import ITEMS, Incident, bitmap
from breachdesk.ingest._clean import Cleaner, _folded
from breachdesk.ingest._guess import guess_mapping
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._source import Batch, Source
from breachdesk.ingest.errors import SourceError

HEADER = "고객명,주민등록번호,전화번호,고객관리번호,주소\n"
COLUMNS = ("name", "rrn", "phone", "customer_number", "address")


def rows_of(columns: tuple[str, ...], *rows: tuple[str, ...]) -> tuple[Mapping, Batch]:
    frame = pl.DataFrame(
        {f"c{index}": [row[index] for row in rows] for index in range(len(columns))},
        schema_overrides={f"c{index}": pl.String for index in range(len(columns))},
    )
    numbers = pl.Series([3 * index + 1 for index in range(len(rows))], dtype=pl.UInt64)
    return Mapping(columns, columns), Batch(frame, numbers, [])


def lp16(value: bytes) -> bytes:
    return pack(">H", len(value)) + value


def test_a_row(source_of: Callable[[str], Source], incident: Incident) -> None:
    source = source_of(HEADER + " 홍 길동 ,890102-1234567,０１０-1234-5678,K-12,\n")
    (batch,) = source.batches()
    (row,) = Cleaner(guess_mapping(source, incident), incident).clean(batch).to_dicts()
    assert row == {
        "row": 1,
        "items": bitmap(("name", "rrn", "phone", "customer_number")),
        "f_name": "홍길동".encode(),
        "e_name": None,
        "f_birth_date": b"19890102",
        "e_birth_date": None,
        "f_phone": b"+821012345678",
        "e_phone": None,
        "f_customer_number": b"k12",
        "e_customer_number": None,
        "subject": b"\0" + lp16(b"8901021234567"),
        "at": None,
    }


def test_types_and_row_numbers(incident: Incident) -> None:
    mapping, batch = rows_of(COLUMNS, ("", "", "", "", ""), ("홍길동", "x", "y", "é", ""))
    cleaned = Cleaner(mapping, incident).clean(batch)
    assert cleaned["row"].to_list() == [1, 4]
    assert cleaned["items"].to_list() == [0, bitmap(("name", "rrn", "phone", "customer_number"))]
    assert cleaned["e_name"].to_list() == ["missing", None]
    assert cleaned["e_birth_date"].to_list() == ["missing", "invalid"]
    assert cleaned["e_phone"].to_list() == ["missing", "invalid"]
    assert cleaned["subject"].to_list() == [None, None]
    assert cleaned["at"].to_list() == [
        "missing:rrn missing:customer_number",
        "invalid:rrn invalid:customer_number",
    ]
    types = {name: dtype for name, dtype in cleaned.schema.items() if name != "row"}
    assert types.pop("items") == pl.UInt64
    assert types.pop("at") == pl.String
    assert all(types[name] == (pl.String if name[0] == "e" else pl.Binary) for name in types)


@pytest.mark.parametrize("cell", ["", " ", "\u3000\t", "\u200b", "\u00a0" * 300])
def test_a_blank_cell_sets_no_item(incident: Incident, cell: str) -> None:
    mapping, batch = rows_of(COLUMNS, ("홍길동", "", "", "1", cell))
    assert not Cleaner(mapping, incident).clean(batch)["items"][0] & bitmap(["address"])


def test_an_item_of_two_columns_is_set_by_either(incident: Incident) -> None:
    columns = ("name", "rrn", "phone", "customer_number", "address", "address")
    row = ("홍길동", "", "", "1", "")
    mapping, batch = rows_of(columns, (*row, "서울"), (*row, ""))
    items = Cleaner(mapping, incident).clean(batch)["items"].to_list()
    assert [bool(bits & bitmap(["address"])) for bits in items] == [True, False]


def test_the_first_usable_alternative_identifies(incident: Incident) -> None:
    mapping, batch = rows_of(
        COLUMNS,
        ("홍길동", "890102-1234567", "", "K1", ""),
        ("홍길동", "890102-1******", "", "K1", ""),
        ("홍길동", "", "", "k-1", ""),
        ("홍길동", "", "", "", ""),
    )
    assert Cleaner(mapping, incident).clean(batch)["subject"].to_list() == [
        b"\0" + lp16(b"8901021234567"),
        b"\1" + lp16(b"k1"),
        b"\1" + lp16(b"k1"),
        None,
    ]


def test_identification_by_several_columns_and_by_items_that_are_no_fields(
    incident: Incident,
) -> None:
    changed = replace(incident, subject_columns=(("name", "address"), ("usim_number",)))
    columns = (*COLUMNS, "usim_number")
    mapping, batch = rows_of(
        columns,
        ("홍길동", "", "", "", " 서울  Ａ", "1"),
        ("홍길동", "", "", "", "", "89 Ab"),
        ("", "", "", "", "서울", "a" * 257),
    )
    assert Cleaner(mapping, changed).clean(batch)["subject"].to_list() == [
        b"\0" + lp16("홍길동".encode()) + lp16("서울  a".encode()),
        b"\1" + lp16(b"89 ab"),
        None,
    ]


def test_a_column_of_its_own_goes_before_the_rrn(incident: Incident) -> None:
    columns = (*COLUMNS[:-1], "birth_date")
    changed = replace(incident, items=(*incident.items, "birth_date"))
    mapping, batch = rows_of(
        columns,
        ("홍길동", "890102-1234567", "", "", "1990-05-05"),
        ("홍길동", "890102-1234567", "", "", "900505"),
        ("홍길동", "890102-1234567", "", "", " "),
    )
    cleaned = Cleaner(mapping, changed).clean(batch)
    assert cleaned["f_birth_date"].to_list() == [b"19900505", None, b"19890102"]
    assert cleaned["e_birth_date"].to_list() == [None, "invalid", None]


def test_an_empty_batch(incident: Incident) -> None:
    mapping, batch = rows_of(COLUMNS)
    assert Cleaner(mapping, incident).clean(batch).height == 0


def test_a_mapping_that_does_not_fit_is_refused(incident: Incident) -> None:
    with pytest.raises(SourceError):
        Cleaner(Mapping(("a",), ("name",)), incident)


@given(
    st.lists(st.text(st.characters(codec="utf-8")) | st.sampled_from(["`a", "a b", "A", "a" * 257]))
)
def test_the_fold_of_columns(texts: list[str]) -> None:
    def expected(text: str) -> bytes | None:
        try:
            return fold("column", text).encode()
        except InvalidField:
            return None

    assert _folded(pl.Series(texts, dtype=pl.String)).to_list() == list(map(expected, texts))


def test_every_item_has_a_bit_below_64() -> None:
    assert all(item.bit < 64 for item in ITEMS.values())
