"""The sealed 40 bytes (PROTOCOL section 6.3), and the identifiers in them (6.6)."""

import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.entry.errors import EntryError

PAYLOAD_BYTES = 40
ID_BYTES = 12
ZERO_ID = bytes(ID_BYTES)
MOST_RECORDS = 65_535

_LAYOUT = struct.Struct(">HQHHH12s12s")


@dataclass(frozen=True, slots=True)
class Payload:
    """What one entry says of one subject: integers in range, ids of 12 bytes; no repr of ids."""

    incident: int
    items: int
    first_day: int
    last_day: int
    records: int
    subject_id: bytes = field(default=ZERO_ID, repr=False)
    claim_token: bytes = field(default=ZERO_ID, repr=False)

    def encode(self) -> bytes:
        """40 bytes. Raises EntryError for a value that does not fit."""
        if len(self.subject_id) != ID_BYTES or len(self.claim_token) != ID_BYTES:
            raise EntryError("an id that is not 12 bytes")
        try:
            return _LAYOUT.pack(
                self.incident,
                self.items,
                self.first_day,
                self.last_day,
                self.records,
                self.subject_id,
                self.claim_token,
            )
        except struct.error:
            raise EntryError("a number that does not fit its bytes") from None

    @classmethod
    def decode(cls, data: bytes) -> "Payload":
        if len(data) != PAYLOAD_BYTES:
            raise EntryError("a payload that is not 40 bytes")
        return cls(*_LAYOUT.unpack(data))

    def check(self, *, incident: int, allowed_items: int, assurance: str, reveals: str) -> None:
        """Refuse what section 6.3 forbids: EntryError.

        `allowed_items` has the bits of the items that the manifest lists for this incident.
        """
        if self.incident != incident:
            raise EntryError("a payload of another incident")
        if self.items & ~allowed_items:
            raise EntryError("an item that the incident does not list")
        revealed = (self.items, self.first_day, self.last_day, self.records)
        if reveals == "membership" and any(revealed):
            raise EntryError("a membership payload that says more")
        if assurance == "open" and (self.subject_id != ZERO_ID or self.claim_token != ZERO_ID):
            raise EntryError("an open payload that holds an id")


def subject_id(key: bytes, alternative: int, columns: Sequence[bytes]) -> bytes:
    """The pseudonym of a subject, 12 bytes, from the columns that identify it."""
    parts = [bytes((alternative,))]
    for column in columns:
        parts += (len(column).to_bytes(2, "big"), column)
    return subject_id_of(key, b"".join(parts))


def subject_id_of(key: bytes, identity: bytes) -> bytes:
    """As `subject_id`, of what stands encoded: u8(alternative) || lp16(column) …"""
    return hmac.digest(key, b"breachdesk/subject/v1" + identity, "sha256")[:ID_BYTES]


def claim_token(key: bytes, incident: int, subject: bytes) -> bytes:
    """What a claim of this subject about this incident names itself by: it never authorises."""
    message = b"breachdesk/claim/v1" + incident.to_bytes(2, "big") + subject
    return hmac.digest(key, message, "sha256")[:ID_BYTES]
