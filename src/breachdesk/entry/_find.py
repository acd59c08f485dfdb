"""All entries of one question in one bucket (PROTOCOL section 6.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from breachdesk.entry._payload import Payload
from breachdesk.entry._seal import ENTRY_BYTES, TAG_BYTES, open_entry, tag_and_key
from breachdesk.entry.errors import EntryError


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the OPRF output and the lookup of the manifest."""

    out: bytes
    release_id: bytes
    lookup_id: str
    assurance: str
    reveals: str

    def __repr__(self) -> str:
        return f"Question({self.lookup_id})"


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry that opened, by incident and slot."""

    incident: int
    slot: int
    payload: Payload


def find_entries(
    question: Question, incidents: Sequence[tuple[int, int]], max_slots: int, body: bytes
) -> tuple[Opened, ...]:
    """Try every incident (its number and the bits of its items) and slot on a checked bucket body.

    Raises EntryError if entries have a tag and none of them opens, or a payload breaks section 6.3.
    """
    by_tag: dict[bytes, list[bytes]] = {}
    for entry in _entries(body):
        by_tag.setdefault(entry[:TAG_BYTES], []).append(entry)
    found = []
    for number, items in incidents:
        for slot in range(max_slots):
            tag, _ = tag_and_key(question.out, question.release_id, number, slot)
            if tag in by_tag:
                payload = _open_one(question, number, slot, by_tag[tag])
                payload.check(
                    incident=number,
                    allowed_items=items,
                    assurance=question.assurance,
                    reveals=question.reveals,
                )
                found.append(Opened(number, slot, payload))
    return tuple(found)


def _entries(body: bytes) -> Iterator[bytes]:
    if len(body) % ENTRY_BYTES:
        raise EntryError("a bucket body that is not whole entries")
    return (body[i : i + ENTRY_BYTES] for i in range(0, len(body), ENTRY_BYTES))


def _open_one(question: Question, number: int, slot: int, matching: list[bytes]) -> Payload:
    """The one that opens: an equal tag may be another's, or padding's, by chance."""
    for entry in matching:
        try:
            return open_entry(
                question.out, question.release_id, question.lookup_id, number, slot, entry
            )
        except EntryError:
            continue
    raise EntryError("a matching entry that does not open")
