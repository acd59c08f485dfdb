"""The address behind a channel token, and what is hashed for it (PROTOCOL section 4.4)."""

from collections.abc import Mapping
from struct import pack
from types import MappingProxyType
from typing import Final

from breachdesk.identifiers._codes import is_letter_id
from breachdesk.identifiers._email import email
from breachdesk.identifiers._phone import phone
from breachdesk.identifiers.errors import InvalidField

CHANNEL_TYPES: Final[Mapping[str, int]] = MappingProxyType({"phone": 1, "email": 2, "letter": 3})
"""Channels by name, in ascending order of type. Their names are those of their addresses."""

TOKEN_BYTES: Final = 64
"""A channel token is a VOPRF output."""

_LABEL: Final = b"breachdesk/channel/v1"
_MOST_ADDRESS: Final = 0xFFFF


def token_input(epoch: int, channel: str, address: bytes) -> bytes:
    """Return the bytes that are hashed to the group for a channel token.

    `address` is canonical: of 3.5, of 3.6, or a letter id. Raises KeyError for an unknown channel,
    ValueError for an address of impossible length; neither holds the address.
    """
    if not 0 < len(address) <= _MOST_ADDRESS:
        raise ValueError("an address of impossible length")
    return _LABEL + pack(">IBH", epoch, CHANNEL_TYPES[channel], len(address)) + address


def channel_address(channel: str, text: str) -> bytes:
    """Return the canonical address that a text spells. Raises InvalidField, or KeyError."""
    if channel == "letter":
        if not is_letter_id(text):
            raise InvalidField("letter", "format")
        return text.encode()
    return {"phone": phone, "email": email}[channel](text)
