"""Keys, wraps, receipts: what opens what, and what nothing opens."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.envelope import (
    CaseKey,
    Fingerprinter,
    OpenError,
    ReceiptError,
    desk_public_key,
    grouped,
    normalise,
    open_for_desk,
    open_for_receipt,
    receipt_from,
    stretch,
    wrap_for_desk,
    wrap_for_receipt,
)

PRIVATE = bytes(range(32))
NUMBER = "2026-000001"


def test_a_seal_opens_as_what_it_is_and_nothing_else() -> None:
    key = CaseKey.new()
    sealed = key.seal("text/narrative", b"plain")
    assert key.open("text/narrative", sealed) == b"plain"
    assert key.seal("text/narrative", b"plain") != sealed
    for other, purpose, data in (
        (key, "text/note", sealed),
        (CaseKey.new(), "text/narrative", sealed),
        (key, "text/narrative", sealed[:-1]),
        (key, "text/narrative", b""),
    ):
        with pytest.raises(OpenError):
            other.open(purpose, data)


def test_a_key_is_32_bytes_and_in_no_repr() -> None:
    key = CaseKey.new()
    assert key.secret.hex() not in repr(key)
    with pytest.raises(OpenError):
        CaseKey(bytes(31))


def test_the_desk_opens_what_was_wrapped_for_it_under_its_number() -> None:
    key = CaseKey.new()
    wrapped = wrap_for_desk(desk_public_key(PRIVATE), key, NUMBER)
    assert open_for_desk(PRIVATE, wrapped, NUMBER).secret == key.secret
    for private, data, number in (
        (bytes(32), wrapped, NUMBER),
        (PRIVATE, wrapped, "2026-000002"),
        (PRIVATE, b"", NUMBER),
        (PRIVATE, bytes(80), NUMBER),
    ):
        with pytest.raises(OpenError):
            open_for_desk(private, data, number)
    with pytest.raises(OpenError):
        wrap_for_desk(b"", key, NUMBER)


def test_a_receipt_opens_its_case_under_its_number() -> None:
    key, wrap_key = CaseKey.new(), os.urandom(32)
    wrapped = wrap_for_receipt(wrap_key, key, NUMBER)
    assert open_for_receipt(wrap_key, wrapped, NUMBER).secret == key.secret
    for other, number in ((os.urandom(32), NUMBER), (wrap_key, "2026-000002")):
        with pytest.raises(OpenError):
            open_for_receipt(other, wrapped, number)


def test_the_keys_of_a_receipt_need_the_salt() -> None:
    digits = receipt_from(bytes(range(32)))
    one, same, other = (stretch(digits, salt) for salt in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert (one.lookup_id, one.wrap_key) == (same.lookup_id, same.wrap_key)
    assert len(one.lookup_id) == len(one.wrap_key) == 32
    assert not {one.lookup_id, one.wrap_key} & {other.lookup_id, other.wrap_key}
    assert one.wrap_key.hex() not in repr(one)


@given(st.binary(min_size=32, max_size=40))
def test_receipts_are_the_same_for_the_same_bytes_and_survive_being_typed(random: bytes) -> None:
    digits = receipt_from(random)
    assert receipt_from(random) == digits
    wide = "".join(chr(ord(one) + 0xFEE0) for one in digits)
    for typed in (digits, grouped(digits), f" {grouped(digits).replace('-', ' – ')} ", wide):
        assert normalise(typed) == digits


@given(st.binary(min_size=32, max_size=32), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(random: bytes, place: int, by: int) -> None:
    digits = receipt_from(random)
    wrong = str((int(digits[place]) + by) % 10)
    with pytest.raises(ReceiptError):
        normalise(digits[:place] + wrong + digits[place + 1 :])


@pytest.mark.parametrize("typed", ["", "1", "x" * 16, "٣" * 16, "0" * 17])
def test_what_is_no_receipt(typed: str) -> None:
    with pytest.raises(ReceiptError):
        normalise(typed)


def test_too_little_random_makes_no_receipt() -> None:
    with pytest.raises(ReceiptError):
        receipt_from(bytes(31))


def test_fingerprints_need_the_key_and_the_kind() -> None:
    one, other = Fingerprinter(PRIVATE), Fingerprinter(bytes(32))
    assert one.digest("phone", "0701") == one.digest("phone", "0701")
    assert len(one.digest("phone", "0701")) == 64
    found = {
        one.digest("phone", "0701"),
        one.digest("account", "0701"),
        other.digest("phone", "0701"),
    }
    assert len(found) == 3
