"""E-mail addresses (PROTOCOL section 3.6)."""

import re
from typing import Final

from breachdesk.identifiers._fold import fold
from breachdesk.identifiers.errors import InvalidField

_LOCAL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]*")
_DOMAIN: Final = re.compile("[a-z0-9.-]*")
_LABEL: Final = re.compile("(?!-)[a-z0-9-]{1,63}(?<!-)")
_DIGITS: Final = re.compile("[0-9]+")


def email(text: str) -> bytes:
    """Return the address in lower case. Raises InvalidField.

    The order of checks is characters, length, format. Without an `@`, all is a local part.
    """
    address = fold("email", text)
    local, at, domain = address.rpartition("@") if "@" in address else (address, "", "")
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise InvalidField("email", "characters")
    if len(address) > 254 or len(local) > 64:
        raise InvalidField("email", "length")
    if not (at and local and _is_domain(domain)):
        raise InvalidField("email", "format")
    return address.encode()


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return (
        len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not _DIGITS.fullmatch(labels[-1])
    )
