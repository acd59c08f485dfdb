"""Bodies of requests, read strictly (PROTOCOL section 10): anything else is refused.

An address is refused unless it is its own canonical form, so a message goes to those bytes only.
"""

from collections.abc import Callable
from typing import Any, Final

from breachdesk.channel.errors import Refusal
from breachdesk.channel.services import Address
from breachdesk.identifiers import InvalidField, canonical, letter_code, one_time_code
from breachdesk.wire import REQUEST_BODY_LIMIT, Strict, WireError, loads

_ADDRESSED: Final = ("phone", "email")
_LANGUAGES: Final = ("ko", "en")
_CODE: Final = "invalid-request"
_STRICT: Final = Strict(_CODE)


def read_ask(body: bytes) -> tuple[Address, str]:
    """Address and language. Raises Refusal as `invalid-request`, as all of these do."""
    found = _read(body, ("type", "address", "language"))
    address = _address(found)
    return address, _checked(_STRICT.choice, found["language"], "language", _LANGUAGES)


def read_token(body: bytes) -> tuple[Address, str, str]:
    """Address, ticket and code."""
    found = _read(body, ("type", "address", "ticket", "code"))
    address = _address(found)
    ticket = _checked(_STRICT.hex, found["ticket"], "ticket", 16)
    return address, ticket.hex(), _own_form(found["code"], one_time_code)


def read_letter(body: bytes) -> str:
    """A letter code."""
    return _own_form(_read(body, ("code",))["code"], letter_code)


def read_desk(body: bytes) -> tuple[Address, str]:
    """Address and a code of the desk."""
    found = _read(body, ("type", "address", "code"))
    return _address(found), _own_form(found["code"], letter_code)


def _read(body: bytes, keys: tuple[str, ...]) -> dict[str, Any]:
    value = _checked(lambda: loads(body, limit=REQUEST_BODY_LIMIT, code=_CODE))
    found: dict[str, Any] = _checked(_STRICT.object, value, "request", keys)
    return found


def _address(found: dict[str, Any]) -> Address:
    channel = _checked(_STRICT.choice, found["type"], "type", _ADDRESSED)
    return Address(channel, _own_form(found["address"], lambda text: _canonical(channel, text)))


def _canonical(channel: str, text: str) -> str:
    return canonical(channel, text).decode()


def _own_form(value: Any, form: Callable[[str], str]) -> str:
    """A text that is its own canonical form."""
    text: str = _checked(_STRICT.text, value, "text")
    try:
        if form(text) == text:
            return text
    except InvalidField:
        pass
    raise Refusal(_CODE)


def _checked(read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except WireError:
        raise Refusal(_CODE) from None
