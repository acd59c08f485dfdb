"""The OPRF input of a question (PROTOCOL section 4.2)."""

from collections.abc import Sequence
from struct import pack
from typing import Final

from breachdesk.identifiers._fields import CANONICALISATION_VERSION, CHANNEL_TOKEN, FIELDS

_LABEL: Final = b"breachdesk/input/v1"
_CHANNEL_TOKEN_BYTES: Final = 64
_LOOKUP_ID_BYTES: Final = 64


def oprf_input(epoch: int, lookup_id: str, fields: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the bytes that are hashed to the group: canonical values in the lookup's order.

    Raises ValueError, which never holds a value, if the names are not those of the lookup's id,
    are not in ascending order of type, or a value is empty or of impossible length.
    """
    names = [name for name, _ in fields]
    if not names or "+".join(names) != lookup_id or len(lookup_id) > _LOOKUP_ID_BYTES:
        raise ValueError("the fields are not those of the lookup id")
    types = [FIELDS[name].type_id if name in FIELDS else 0 for name in names]
    if 0 in types or types != sorted(set(types)):
        raise ValueError("the fields are unknown, repeated or out of order")
    head = _LABEL + pack(">IHB", epoch, CANONICALISATION_VERSION, len(lookup_id))
    body = (_field(name, value) for name, value in fields)
    return b"".join((head, lookup_id.encode(), pack(">B", len(fields)), *body))


def _field(name: str, value: bytes) -> bytes:
    longest = 0xFFFF if name != CHANNEL_TOKEN.name else _CHANNEL_TOKEN_BYTES
    shortest = 1 if name != CHANNEL_TOKEN.name else _CHANNEL_TOKEN_BYTES
    if not shortest <= len(value) <= longest:
        raise ValueError(f"a value of impossible length for {name}")
    return pack(">BH", FIELDS[name].type_id, len(value)) + value
