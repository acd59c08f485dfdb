"""Every field by name, and its canonical form (PROTOCOL section 3.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from breachdesk.identifiers._birth_date import birth_date
from breachdesk.identifiers._email import email
from breachdesk.identifiers._name import name
from breachdesk.identifiers._numbers import bank_account, card_number, customer_number, rrn
from breachdesk.identifiers._phone import phone

CANONICALISATION_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the OPRF input. `typed`: a person types it, so it has canonical forms."""

    name: str
    type_id: int
    typed: bool = True


_CANONICAL: Final[Mapping[str, Callable[[str], bytes]]] = {
    "name": name,
    "birth_date": birth_date,
    "phone": phone,
    "email": email,
    "rrn": rrn,
    "customer_number": customer_number,
    "bank_account": bank_account,
    "card_number": card_number,
}

CHANNEL_TOKEN: Final = Field("channel_token", 128, typed=False)
FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {key: Field(key, type_id) for type_id, key in enumerate(_CANONICAL, 1)}
    | {CHANNEL_TOKEN.name: CHANNEL_TOKEN}
)
"""Every field by name, in ascending order of type."""


def canonical(field: str, text: str) -> bytes:
    """Return the canonical form of what was typed or read.

    Raises InvalidField for a text that is no spelling of a value, KeyError for a name that is no
    typed field of FIELDS.
    """
    return _CANONICAL[field](text)
