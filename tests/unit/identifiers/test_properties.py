"""What holds for any text."""

import traceback
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.identifiers import (
    EMPTY_CODE_POINTS,
    FIELDS,
    REASONS,
    InvalidField,
    canonical,
    fold,
)

TYPED = [name for name, field in FIELDS.items() if field.typed]
NEAR = st.text(
    st.sampled_from("0123456789+-./() @ab.Zé홍길ᄒ\u1169\u11bc洪년월일０９＋\u200b\u3000'`%_,")
)
ANY = st.one_of(st.text(), NEAR, st.text(st.characters(codec=None, categories=None)))
HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=9)
STRAY = st.text(st.sampled_from(EMPTY_CODE_POINTS), max_size=3)
DIGITS = st.integers(0, 9_999)


def _scatter(data: st.DataObject, text: str) -> str:
    """Put blanks and invisible characters around and between, and widen some characters."""
    spelt = (
        chr(ord(character) + 0xFEE0)
        if "!" <= character <= "~" and data.draw(st.booleans())
        else character
        for character in text
    )
    return "".join(data.draw(STRAY) + character for character in spelt) + data.draw(STRAY)


def _reason(field: str, text: str) -> InvalidField | None:
    try:
        canonical(field, text)
    except InvalidField as invalid:
        return invalid
    return None


@given(st.sampled_from(TYPED), ANY)
def test_any_text_gives_a_form_or_a_reason(field: str, text: str) -> None:
    invalid = _reason(field, text)
    if invalid is None:
        form = canonical(field, text)
        assert canonical(field, form.decode()) == form
    else:
        assert invalid.field == field
        assert invalid.reason in REASONS


@given(st.sampled_from(TYPED), st.text("\u4e8c\u4e09\U0001f600", min_size=4))
def test_the_error_never_holds_the_text(field: str, text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        canonical(field, f"{text}!")
    shown = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value)
    assert not set(text) & set(shown)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("field", TYPED)
@pytest.mark.parametrize("text", ["\ud800", "010\udfff1234", "홍\ud83d길"])
def test_an_unpaired_surrogate_is_a_wrong_character(field: str, text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        canonical(field, text)
    assert caught.value.reason == "characters"


@given(st.text(max_size=256))
def test_the_fold_is_idempotent(text: str) -> None:
    try:
        folded = fold("name", text)
    except InvalidField:
        return
    assert fold("name", folded) == folded


@given(HANGUL, st.data())
def test_spellings_of_a_name(name: str, data: st.DataObject) -> None:
    form = canonical("name", name)
    assert form == name.encode()
    assert canonical("name", normalize("NFD", name)) == form
    assert canonical("name", _scatter(data, name)) == form


@given(DIGITS, DIGITS, st.sampled_from(["", "-", " ", ".", " - "]), st.data())
def test_spellings_of_a_phone(middle: int, last: int, between: str, data: st.DataObject) -> None:
    head = data.draw(
        st.sampled_from(["010", "10", "8210", "82010", "+8210", "+82(0)10", "008210", "0082010"])
    )
    text = between.join((head, f"{middle:04}", f"{last:04}"))
    expected = f"+8210{middle:04}{last:04}".encode()
    assert canonical("phone", _scatter(data, text)) == expected


@settings(max_examples=60)
@given(
    st.dates(date(1880, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        (
            "{0:%Y%m%d}",
            "{0:%Y-%m-%d}",
            "{0:%Y}. {0.month}. {0.day}.",
            "{0:%Y}년 {0.month}월{0.day}일",
        )
    ),
)
def test_spellings_of_a_date(day: date, form: str) -> None:
    assert canonical("birth_date", form.format(day)) == f"{day:%Y%m%d}".encode()


@given(st.dates().filter(lambda day: not 1880 <= day.year <= 2099))
def test_years_in_which_nobody_was_born(day: date) -> None:
    invalid = _reason("birth_date", day.isoformat())
    assert invalid is not None
    assert invalid.reason == "date"


@given(st.from_regex("[A-Za-z0-9]{1,32}", fullmatch=True), st.data())
def test_spellings_of_a_customer_number(number: str, data: st.DataObject) -> None:
    assert canonical("customer_number", _scatter(data, number)) == number.lower().encode()
