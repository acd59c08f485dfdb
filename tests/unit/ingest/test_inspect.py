"""What inspect says, and what it never shows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.ingest._inspect import Inspection, inspect
from breachdesk.ingest._mapping_file import load_mapping
from breachdesk.ingest._mask import mask
from breachdesk.ingest._source import Source

FILE = """고객명,주민등록번호,휴대폰,보호자연락처,주소,카드번호
홍길동,890102-1234567,010-1234-5678,010-9999-8888,서울시 강남구 1,4111 1111 1111 1111
김구,890102-1234560,01087654321,,부산,4222222222222
"""


def look(source: Source) -> Inspection:
    (found,) = inspect(source.place.path).tables
    return found


def test_says_what_columns_hold(source_of: Callable[[str], Source]) -> None:
    found = look(source_of(FILE + "a,b\n"))
    assert (found.encoding, found.delimiter, found.rows) == ("utf-8", ",", 3)
    assert found.rejected == {"shape": 1}
    codes = [guess.code for guess in found.columns]
    assert codes == ["name", "rrn", "phone", None, "address", "card_number"]
    assert found.columns[0].confidence == 1.0
    assert found.columns[3].confidence == 0.0
    assert found.columns[3].alternatives[0] == "phone"
    assert found.columns[5].check_digits == 1.0
    assert found.columns[1].check_digits is not None
    assert found.columns[0].samples == ("홍○○", "○○")
    assert found.columns[2].samples == ("010-****-56**", "010****43**")


def test_the_mapping_asks_what_is_unsure(
    source_of: Callable[[str], Source], tmp_path: Path
) -> None:
    text = inspect(source_of(FILE).place.path).mapping_toml()
    assert '"보호자연락처" = "?" # perhaps phone' in text
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text.replace('"?"', '""'), "utf-8")
    (entry,) = load_mapping(mapping).tables
    assert entry.mapping is not None
    assert entry.mapping.columns[2:5] == ("phone", None, "address")


def test_two_columns_of_one_field_are_both_unsure(source_of: Callable[[str], Source]) -> None:
    found = look(source_of("이름,전화,휴대폰\n홍길동,02-123-4567,010-1234-5678\n"))
    assert [guess.code for guess in found.columns] == ["name", None, None]
    assert [guess.alternatives[0] for guess in found.columns[1:]] == ["phone", "phone"]


def test_a_header_that_the_content_denies(source_of: Callable[[str], Source]) -> None:
    found = look(source_of("이름,전화\n홍길동,hong@example.com\n"))
    assert found.columns[1].code is None
    assert found.columns[1].alternatives[:2] == ("phone", "email")


@pytest.mark.parametrize(
    ("code", "text", "masked"),
    [
        ("name", "홍길동", "홍○○"),
        ("name", "김구", "○○"),
        ("name", "Hong", "****"),
        ("phone", "010-1234-5678", "010-****-56**"),
        ("phone", "02-123-4567", "**-***-****"),
        ("sex", "여", "○"),
        ("sex", "M", "*"),
        (None, "서울 12", "○○ **"),
        ("rrn", "890102-1234567", "******-*******"),
        (None, "１２", "○○"),
        (None, "\x1b[31m", " [***"),
    ],
)
def test_masks(code: str | None, text: str, masked: str) -> None:
    assert mask(code, text) == masked


@given(st.sampled_from([None, "rrn", "email", "card_number", "address", "sex"]), st.text())
def test_a_mask_shows_shapes_only(code: str | None, text: str) -> None:
    shown = mask(code, text)
    assert not any(character.isalnum() for character in shown)
    assert len(shown) <= 41
