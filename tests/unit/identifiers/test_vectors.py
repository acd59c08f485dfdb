"""The shared vectors: canonical forms and OPRF inputs."""

import json
from pathlib import Path
from typing import Any

import pytest

from breachdesk.identifiers import (
    FIELDS,
    REASONS,
    InvalidField,
    birth_date_from_rrn,
    canonical,
    oprf_input,
)

VECTORS = Path(__file__).parents[3] / "spec" / "vectors"
FORMS = json.loads((VECTORS / "fields.json").read_text("utf-8"))
INPUTS = json.loads((VECTORS / "inputs.json").read_text("utf-8"))


def _id(vector: dict[str, Any]) -> str:
    return f"{vector.get('field', 'input')}: {vector['name']}"


@pytest.mark.parametrize("vector", FORMS["good"], ids=_id)
def test_good_forms(vector: dict[str, str]) -> None:
    expected = vector["canonical"].encode()
    assert canonical(vector["field"], vector["text"]) == expected
    assert canonical(vector["field"], vector["canonical"]) == expected


@pytest.mark.parametrize("vector", FORMS["bad"], ids=_id)
def test_bad_forms(vector: dict[str, str]) -> None:
    with pytest.raises(InvalidField) as caught:
        canonical(vector["field"], vector["text"])
    assert (caught.value.field, caught.value.reason) == (vector["field"], vector["reason"])


def test_every_field_and_reason_has_a_vector() -> None:
    typed = {name for name, field in FIELDS.items() if field.typed}
    assert {vector["field"] for vector in FORMS["good"]} == typed
    assert {vector["reason"] for vector in FORMS["bad"]} == set(REASONS)


@pytest.mark.parametrize("vector", INPUTS["good"], ids=_id)
def test_good_inputs(vector: dict[str, Any]) -> None:
    fields = [(name, bytes.fromhex(value)) for name, value in vector["fields"]]
    assert oprf_input(vector["epoch"], vector["lookup"], fields).hex() == vector["input"]


@pytest.mark.parametrize("vector", INPUTS["bad"], ids=_id)
def test_bad_inputs(vector: dict[str, Any]) -> None:
    fields = [(name, bytes.fromhex(value)) for name, value in vector["fields"]]
    with pytest.raises(ValueError, match=r"fields are|impossible length"):
        oprf_input(vector["epoch"], vector["lookup"], fields)


@pytest.mark.parametrize("size", [0, 65_536])
def test_a_value_that_has_no_length_prefix(size: int) -> None:
    with pytest.raises(ValueError, match="impossible length for name"):
        oprf_input(1, "name", [("name", b"a" * size)])


@pytest.mark.parametrize(
    ("rrn", "date"),
    [
        (b"8901021234567", b"19890102"),
        (b"0101023234567", b"20010102"),
        (b"9901029234567", b"18990102"),
        (b"8001010234567", b"18800101"),
        (b"8901025234567", b"19890102"),
        (b"0101028234567", b"20010102"),
    ],
)
def test_birth_date_of_an_rrn(rrn: bytes, date: bytes) -> None:
    assert birth_date_from_rrn(rrn) == date


def test_a_field_that_nobody_types_has_no_canonical_form() -> None:
    with pytest.raises(KeyError):
        canonical("channel_token", "a")
