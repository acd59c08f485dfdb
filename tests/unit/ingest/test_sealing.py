"""Slots and payloads (PROTOCOL 6.2 and 6.3)."""

from datetime import date

import pytest

from breachdesk.entry import Payload, open_entry
from breachdesk.incident import Lookup
from breachdesk.ingest import BuildError
from breachdesk.ingest._sealing import Facts, Shape, entries, payload

ITEMS = Lookup("name+phone", ("name", "phone"), "open", "items")
MEMBERSHIP = Lookup("email", ("email",), "open", "membership")
CODED = Lookup("name+channel_token", ("name", "channel_token"), "code", "items")
LOOKUPS = (ITEMS, MEMBERSHIP, CODED)
FIRST = (date(2013, 2, 1) - date(1970, 1, 1)).days
FACTS = {7: Facts(7, FIRST, FIRST + 1), 8: Facts(8, FIRST, FIRST)}
SHAPE = Shape(b"r" * 32, 1, 16, 2, LOOKUPS, FACTS, b"p" * 32, b"c" * 32)


def record(out: bytes, subject: bytes, lookup: int, incident: int = 7) -> bytes:
    of = incident.to_bytes(2, "big") + subject * 12 + bytes((lookup,))
    return out * 64 + of + (5).to_bytes(8, "big") + (9).to_bytes(2, "big")


def test_people_with_one_input_take_slots_in_order_of_subject() -> None:
    records = sorted([record(b"o", b"z", 0), record(b"o", b"a", 0), record(b"p", b"m", 0)])
    sealed = list(entries(records, SHAPE))
    wanted = Payload(7, 5, FIRST, FIRST + 1, 9)
    for slot, out, entry in ((0, b"o", sealed[0]), (1, b"o", sealed[1]), (0, b"p", sealed[2])):
        assert open_entry(out * 64, SHAPE.release_id, ITEMS.id, 7, slot, entry) == wanted


def test_incidents_have_slots_of_their_own() -> None:
    records = sorted(record(b"o", who, 0, number) for number in (7, 8) for who in (b"a", b"z"))
    sealed = list(entries(records, SHAPE))
    for number, slot, entry in zip((7, 7, 8, 8), (0, 1, 0, 1), sealed, strict=True):
        found = open_entry(b"o" * 64, SHAPE.release_id, ITEMS.id, number, slot, entry)
        assert (found.incident, found.last_day) == (number, FACTS[number].last_day)


def test_more_people_than_slots_fail_the_build() -> None:
    records = sorted(record(b"o", bytes((n,)), 0) for n in range(3))
    with pytest.raises(BuildError) as caught:
        list(entries(records, SHAPE))
    assert caught.value.kind == "slots"
    assert "More than 2 people" in str(caught.value)


def test_what_is_not_revealed_is_zero_in_the_sealed_bytes() -> None:
    assert payload(record(b"o", b"s", 1), MEMBERSHIP, SHAPE) == b"\0\x07" + bytes(38)
    assert payload(record(b"o", b"s", 0), ITEMS, SHAPE)[16:] == bytes(24)


def test_ids_are_sealed_under_code_only() -> None:
    sealed = Payload.decode(payload(record(b"o", b"s", 2), CODED, SHAPE))
    assert sealed.subject_id == b"s" * 12
    assert any(sealed.claim_token)
