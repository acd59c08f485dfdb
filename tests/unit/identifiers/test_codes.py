"""Token inputs, codes and letter ids: the shared vectors, and the check character's formula."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.identifiers import (
    CHANNEL_TYPES,
    CODE_ALPHABET,
    InvalidField,
    channel_address,
    letter_code,
    letter_code_of,
    letter_id,
    one_time_code,
    token_input,
    with_check_character,
)

VECTORS = json.loads(
    (Path(__file__).parents[3] / "spec" / "vectors" / "tokens.json").read_text("utf-8")
)
FORMS = {"letter-code": letter_code, "one-time-code": one_time_code}


def cases(which: str, *ops: str) -> list[Any]:
    return [pytest.param(one, id=one["name"]) for one in VECTORS[which] if one.get("op") in ops]


@pytest.mark.parametrize("vector", cases("good", "input"))
def test_good_inputs(vector: dict[str, Any]) -> None:
    address = bytes.fromhex(vector["address"])
    assert token_input(vector["epoch"], vector["channel"], address).hex() == vector["input"]


@pytest.mark.parametrize("vector", cases("good", *FORMS))
def test_good_codes(vector: dict[str, str]) -> None:
    form = FORMS[vector["op"]]
    assert form(vector["text"]) == form(vector["canonical"]) == vector["canonical"]


@pytest.mark.parametrize("vector", cases("bad", *FORMS))
def test_bad_codes(vector: dict[str, str]) -> None:
    with pytest.raises(InvalidField) as caught:
        FORMS[vector["op"]](vector["text"])
    assert (caught.value.field, caught.value.reason) == ("code", vector["reason"])


@pytest.mark.parametrize("vector", cases("good", "letter"))
def test_letters(vector: dict[str, Any]) -> None:
    key, subject = bytes.fromhex(vector["key"]), bytes.fromhex(vector["subject"])
    letter = letter_id(key, vector["incident"], subject)
    code = letter_code_of(key, vector["epoch"], letter)
    assert (letter, code) == (vector["letter_id"], vector["letter_code"])
    assert letter_code(code) == code
    assert code[:8] == letter
    assert channel_address("letter", letter) == letter.encode()


@given(st.text(CODE_ALPHABET, min_size=15, max_size=15))
def test_the_check_character_is_that_of_the_formula(payload: str) -> None:
    """PROTOCOL 3.10, as it stands there."""
    p = m = 32
    for character in payload:
        p = (p + CODE_ALPHABET.index(character)) % m or m
        p = 2 * p % (m + 1)
    (check,) = [c for value, c in enumerate(CODE_ALPHABET) if (p + value) % m == 1]
    assert with_check_character(payload) == payload + check


@given(st.text(CODE_ALPHABET, min_size=15, max_size=15), st.integers(0, 15), st.integers(1, 31))
def test_one_wrong_character_is_always_noticed(payload: str, place: int, off: int) -> None:
    code = list(with_check_character(payload))
    code[place] = CODE_ALPHABET[(CODE_ALPHABET.index(code[place]) + off) % 32]
    with pytest.raises(InvalidField, match="checksum"):
        letter_code("".join(code))


def test_the_channels_are_those_of_the_protocol() -> None:
    assert list(CHANNEL_TYPES.items()) == [("phone", 1), ("email", 2), ("letter", 3)]


@pytest.mark.parametrize(
    ("channel", "text", "expected"),
    [
        ("phone", "010-1234-5678", b"+821012345678"),
        ("email", "Hong@Example.com", b"hong@example.com"),
        ("letter", "0123ABCZ", b"0123ABCZ"),
    ],
)
def test_addresses(channel: str, text: str, expected: bytes) -> None:
    assert channel_address(channel, text) == expected


@pytest.mark.parametrize(
    ("channel", "text"),
    [("phone", "12"), ("email", "a"), ("letter", "0123ABC"), ("letter", "U" * 8)],
)
def test_what_is_no_address(channel: str, text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        channel_address(channel, text)
    assert caught.value.field == channel


@pytest.mark.parametrize("address", [b"", b"a" * 65_536])
def test_an_address_that_has_no_length_prefix(address: bytes) -> None:
    with pytest.raises(ValueError, match="impossible length"):
        token_input(1, "phone", address)


def test_unknown_channels() -> None:
    with pytest.raises(KeyError):
        token_input(1, "desk", b"a")
    with pytest.raises(KeyError):
        channel_address("desk", "a")


def test_a_payload_that_is_none() -> None:
    for payload in ("0" * 14, "0" * 16, "U" * 15):
        with pytest.raises(ValueError, match="15 characters"):
            with_check_character(payload)
