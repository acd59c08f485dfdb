"""Seal and open one entry (PROTOCOL section 6)."""

from breachdesk.entry._find import Opened, Question, find_entries
from breachdesk.entry._payload import (
    ID_BYTES,
    MOST_RECORDS,
    PAYLOAD_BYTES,
    ZERO_ID,
    Payload,
    claim_token,
    subject_id,
    subject_id_of,
)
from breachdesk.entry._seal import (
    ENTRY_BYTES,
    TAG_BYTES,
    bucket_index,
    open_entry,
    seal,
    tag_and_key,
)
from breachdesk.entry.errors import EntryError

__all__ = [
    "ENTRY_BYTES",
    "ID_BYTES",
    "MOST_RECORDS",
    "PAYLOAD_BYTES",
    "TAG_BYTES",
    "ZERO_ID",
    "EntryError",
    "Opened",
    "Payload",
    "Question",
    "bucket_index",
    "claim_token",
    "find_entries",
    "open_entry",
    "seal",
    "subject_id",
    "subject_id_of",
    "tag_and_key",
]
