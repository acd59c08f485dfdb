"""What entries refuse (PROTOCOL section 6); round trips are in tests/property."""

import pytest

from breachdesk.entry import (
    EntryError,
    Payload,
    Question,
    find_entries,
    open_entry,
    seal,
    tag_and_key,
)

OUT, RELEASE = bytes(64), bytes(32)
PAYLOAD = Payload(7, 1, 0, 0, 1)


@pytest.mark.parametrize(
    "payload",
    [
        Payload(65_536, 0, 0, 0, 0),
        Payload(7, 2**64, 0, 0, 0),
        Payload(7, 0, -1, 0, 0),
        Payload(7, 0, 0, 0, 0, b"short"),
        Payload(7, 0, 0, 0, 0, bytes(12), bytes(13)),
    ],
)
def test_a_payload_that_does_not_fit_is_not_written(payload: Payload) -> None:
    with pytest.raises(EntryError):
        payload.encode()


def test_lengths_are_fixed() -> None:
    with pytest.raises(EntryError):
        Payload.decode(bytes(41))
    with pytest.raises(EntryError):
        seal(OUT, RELEASE, "phone", 0, bytes(39))
    with pytest.raises(EntryError):
        open_entry(OUT, RELEASE, "phone", 7, 0, bytes(63))
    with pytest.raises(ValueError, match="64 bytes"):
        tag_and_key(OUT[:-1], RELEASE, 7, 0)
    with pytest.raises(EntryError):
        find_entries(Question(OUT, RELEASE, "phone", "open", "items"), [(7, 1)], 1, bytes(65))


@pytest.mark.parametrize(
    ("release", "lookup", "incident", "slot"),
    [
        (b"\1" * 32, "phone", 7, 0),
        (RELEASE, "email", 7, 0),
        (RELEASE, "phone", 8, 0),
        (RELEASE, "phone", 7, 1),
    ],
)
def test_an_entry_opens_only_where_it_was_sealed(
    release: bytes, lookup: str, incident: int, slot: int
) -> None:
    entry = seal(OUT, RELEASE, "phone", 0, PAYLOAD.encode())
    with pytest.raises(EntryError):
        open_entry(OUT, release, lookup, incident, slot, entry)


def test_no_repr_tells_who() -> None:
    payload = Payload(7, 1, 0, 0, 1, b"subject-id-1", b"claim-token1")
    question = Question(b"\7" * 64, RELEASE, "phone", "code", "items")
    assert "subject-id-1" not in repr(payload)
    assert "claim-token1" not in repr(payload)
    assert repr(question) == "Question(phone)"
