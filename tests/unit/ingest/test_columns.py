"""The columnar fast path says what `identifiers.canonical` says, for any text."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.identifiers import FIELDS, InvalidField, canonical
from breachdesk.ingest._columns import _FAST, _covered, canonical_column

VECTORS = Path(__file__).parents[3] / "spec" / "vectors" / "fields.json"
TYPED = [name for name, field in FIELDS.items() if field.typed]
NEAR = st.text(
    st.sampled_from("0123456789+-./() @abZé홍길ᄒ\u1169\u11bc洪년월일０９＋\u200b\u3000'`%_,\n")
)
SHAPED = {
    "name": "[ 가-힣A-Za-z.']{0,8}",
    "birth_date": "(18|19|20)[0-9]{2}[-. ]?[0-3][0-9][-. ]?[0-3][0-9]",
    "phone": r"(\+82|0082|82)?[- ]?0?(10|11|2|31|70|50[0-9]|15)[- ]?[0-9]{3,4}[- ]?[0-9]{4}",
    "email": "[A-Za-z0-9._+'-]{1,70}@([a-zA-Z0-9-]{0,5}[.]){1,3}[A-Za-z0-9-]{1,4}",
    "rrn": "[0189][0-9][01][0-9][0-3][0-9][- ]?[0-9]{7}",
    "customer_number": "[A-Za-z0-9 .-]{0,40}",
    "bank_account": "[0-9 .-]{0,30}",
    "card_number": "[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{5,11}",
}


def _expected(field: str, text: str) -> tuple[bytes | None, str | None]:
    try:
        return canonical(field, text), None
    except InvalidField as invalid:
        return None, "missing" if invalid.reason == "empty" else "invalid"


def _assert_equal(field: str, texts: list[str]) -> None:
    column = canonical_column(field, pl.Series(texts, dtype=pl.String))
    found = list(zip(column.value, column.error, strict=True))
    assert found == [_expected(field, text) for text in texts]


@settings(max_examples=150)
@given(st.sampled_from(TYPED), st.lists(st.one_of(st.text(), NEAR)))
def test_any_text(field: str, texts: list[str]) -> None:
    _assert_equal(field, texts)


@settings(max_examples=250)
@given(st.data(), st.sampled_from(TYPED))
def test_texts_of_the_field_s_shape(data: st.DataObject, field: str) -> None:
    shaped = st.from_regex(SHAPED[field], fullmatch=True)
    _assert_equal(field, data.draw(st.lists(shaped, min_size=1, max_size=30)))


def test_every_vector() -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    for field in TYPED:
        texts = [v["text"] for v in vectors["good"] + vectors["bad"] if v["field"] == field]
        _assert_equal(field, texts)
        _assert_equal(field, [f" {text} " for text in texts])


def test_every_day_of_every_year() -> None:
    days = [f"{year}{month:02}{day:02}" for year in (1879, 1880, 1899, 1900, 1979, 1980, 2000)
            for month in range(14) for day in range(33)]  # fmt: skip
    _assert_equal("birth_date", days)
    _assert_equal("birth_date", [f"{year}0228" for year in range(1870, 2110)])
    rrns = [f"{day[2:]}{century}000000" for day in days for century in range(10)]
    _assert_equal("rrn", rrns)


def test_an_empty_column() -> None:
    column = canonical_column("name", pl.Series([], dtype=pl.String))
    assert (len(column.value), len(column.error)) == (0, 0)
    assert column.value.dtype == pl.Binary


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "홍길동"),
        ("name", "홍 길동"),
        ("birth_date", "19890102"),
        ("phone", "010-1234-5678"),
        ("phone", "1012345678"),
        ("email", "Hong.GD@Example.co.kr"),
        ("rrn", "890102-1234567"),
        ("customer_number", "K-1234"),
        ("bank_account", "110-123-456789"),
    ],
)
def test_usual_spellings_take_the_fast_path(field: str, text: str) -> None:
    assert _covered(field, pl.Series([text])).to_list() == [canonical(field, text).decode()]


def test_the_columns_of_a_fast_path_have_no_repr() -> None:
    assert set(_FAST) < set(TYPED)
    assert "홍길동" not in repr(canonical_column("name", pl.Series(["홍길동"])))
