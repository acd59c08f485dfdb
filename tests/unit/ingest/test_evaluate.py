"""Inputs, subject ids, and the counts that choose the buckets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.entry import subject_id, subject_id_of
from breachdesk.identifiers import oprf_input
from breachdesk.incident import Lookup
from breachdesk.ingest import BuildError
from breachdesk.ingest._count import prefix_bits, shape_of
from breachdesk.ingest._encode import TOKEN_HEAD, encode_inputs

NAME_PHONE = Lookup("name+phone", ("name", "phone"), "open", "items")
CODED = Lookup("name+channel_token", ("name", "channel_token"), "code", "items", ("phone",))
VALUE = st.binary(min_size=1, max_size=300)


@given(st.lists(st.tuples(VALUE, VALUE), max_size=5), st.integers(1, 2**32 - 1))
def test_inputs_are_those_of_the_protocol(rows: list[tuple[bytes, bytes]], epoch: int) -> None:
    columns = [[name for name, _ in rows], [phone for _, phone in rows]]
    wanted = [
        oprf_input(epoch, NAME_PHONE.id, [("name", name), ("phone", phone)]) for name, phone in rows
    ]
    assert list(encode_inputs(epoch, NAME_PHONE, columns)) == wanted


@given(st.lists(st.tuples(VALUE, st.binary(min_size=64, max_size=64)), max_size=5))
def test_inputs_with_a_token_are_those_of_the_protocol(rows: list[tuple[bytes, bytes]]) -> None:
    tokens = [TOKEN_HEAD + token for _, token in rows]
    wanted = [
        oprf_input(7, CODED.id, [("name", name), ("channel_token", token)]) for name, token in rows
    ]
    assert list(encode_inputs(7, CODED, [[name for name, _ in rows]], tokens)) == wanted


@given(st.integers(0, 255), st.lists(st.binary(max_size=300), max_size=4))
def test_subject_ids_are_those_of_the_protocol(alternative: int, columns: list[bytes]) -> None:
    joined = b"".join(len(column).to_bytes(2, "big") + column for column in columns)
    identity = bytes((alternative,)) + joined
    assert subject_id_of(b"k" * 32, identity) == subject_id(b"k" * 32, alternative, columns)


@pytest.mark.parametrize(
    ("histogram", "shape"),
    [
        ([5, 7, 1, 2], (1, 16)),
        ([2032, 0, 0, 0], (1, 2032)),
        ([1000, 1000, 33, 0], (2, 2000)),
        ([2032, 1, 0, 0], (4, 2032)),
    ],
)
def test_buckets_are_as_few_as_fit(histogram: list[int], shape: tuple[int, int]) -> None:
    assert shape_of(histogram) == shape


def test_a_histogram_that_is_too_coarse_is_refused() -> None:
    with pytest.raises(BuildError) as caught:
        shape_of([2033, 0])
    assert caught.value.kind == "buckets"


@pytest.mark.parametrize("entries", [0, 1, 2032, 10**6, 10**8])
def test_the_histogram_is_fine_enough(entries: int) -> None:
    assert entries / 2 ** prefix_bits(entries) <= 256


def test_the_histogram_stays_small() -> None:
    assert prefix_bits(10**15) == 24
