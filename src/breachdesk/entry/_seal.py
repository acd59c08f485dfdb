"""Bucket, tag, key, seal and open (PROTOCOL sections 6.1, 6.2 and 6.4).

`out` is always the 64-byte OPRF output. The zero nonce is safe because a key seals one payload only
(section 13): one (output, release, incident, slot) is one subject.
"""

from hashlib import sha512

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.entry._payload import PAYLOAD_BYTES, Payload
from breachdesk.entry.errors import EntryError

ENTRY_BYTES = 64
TAG_BYTES = 8
OUTPUT_BYTES = 64

_LABEL = b"breachdesk/entry/v1"
_NONCE = bytes(12)


def bucket_index(out: bytes, count: int) -> int:
    """The bucket of `out` among `count` = 2^b: its top b bits."""
    return int.from_bytes(out[:8], "big") >> (65 - count.bit_length())


def tag_and_key(out: bytes, release_id: bytes, incident: int, slot: int) -> tuple[bytes, bytes]:
    """The entry's 8-byte tag and 32-byte key. ValueError for lengths that are not fixed ones."""
    if len(out) != OUTPUT_BYTES or len(release_id) != 32:
        raise ValueError("an output is 64 bytes and a release id 32")
    of = bytes((incident >> 8, incident & 255, slot))
    h = sha512(_LABEL + out[32:64] + release_id + of).digest()
    return h[:8], h[8:40]


def seal(out: bytes, release_id: bytes, lookup_id: str, slot: int, payload: bytes) -> bytes:
    """The 64-byte entry of `payload` (Payload.encode()), whose incident is its first u16."""
    if len(payload) != PAYLOAD_BYTES:
        raise EntryError("a payload that is not 40 bytes")
    tag, key = tag_and_key(out, release_id, payload[0] << 8 | payload[1], slot)
    return tag + ChaCha20Poly1305(key).encrypt(_NONCE, payload, release_id + lookup_id.encode())


def open_entry(
    out: bytes, release_id: bytes, lookup_id: str, incident: int, slot: int, entry: bytes
) -> Payload:
    """The payload in `entry`. Raises EntryError if it does not open, or names another incident.

    A tag that differs is an error too: look for the tag (`tag_and_key`) before opening.
    """
    if len(entry) != ENTRY_BYTES:
        raise EntryError("an entry that is not 64 bytes")
    tag, key = tag_and_key(out, release_id, incident, slot)
    if entry[:TAG_BYTES] != tag:
        raise EntryError("an entry with another tag")
    try:
        data = ChaCha20Poly1305(key).decrypt(
            _NONCE, entry[TAG_BYTES:], release_id + lookup_id.encode()
        )
    except InvalidTag:
        raise EntryError("an entry that does not open") from None
    payload = Payload.decode(data)
    if payload.incident != incident:
        raise EntryError("a payload of another incident")
    return payload
