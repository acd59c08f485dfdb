"""Vectors of OPRF inputs (PROTOCOL section 4.2), put together by hand from hex."""

from typing import Any, Final

_LABEL: Final = b"breachdesk/input/v1".hex()
_HONG: Final = "홍길동".encode().hex()
_PHONE: Final = b"+821012345678".hex()

_GOOD: Final[tuple[tuple[str, int, str, list[list[str]], str], ...]] = (
    (
        "one field",
        1,
        "phone",
        [["phone", _PHONE]],
        f"{_LABEL} 00000001 0001 05 {b'phone'.hex()} 01 03 000d {_PHONE}",
    ),
    (
        "three fields",
        1,
        "name+birth_date+phone",
        [["name", _HONG], ["birth_date", b"19890102".hex()], ["phone", _PHONE]],
        (
            f"{_LABEL} 00000001 0001 15 {b'name+birth_date+phone'.hex()} 03"
            f" 01 0009 {_HONG} 02 0008 {b'19890102'.hex()} 03 000d {_PHONE}"
        ),
    ),
    (
        "the last epoch",
        0xFFFFFFFF,
        "name+customer_number",
        [["name", _HONG], ["customer_number", b"k1234".hex()]],
        (
            f"{_LABEL} ffffffff 0001 14 {b'name+customer_number'.hex()} 02"
            f" 01 0009 {_HONG} 06 0005 {b'k1234'.hex()}"
        ),
    ),
    (
        "a channel token",
        2,
        "name+channel_token",
        [["name", _HONG], ["channel_token", "a5" * 64]],
        (
            f"{_LABEL} 00000002 0001 12 {b'name+channel_token'.hex()} 02"
            f" 01 0009 {_HONG} 80 0040 {'a5' * 64}"
        ),
    ),
    (
        "the other fields",
        1,
        "email+rrn+bank_account+card_number",
        [
            ["email", b"a@b.c".hex()],
            ["rrn", b"8901021234567".hex()],
            ["bank_account", b"123456".hex()],
            ["card_number", b"4111111111111111".hex()],
        ],
        (
            f"{_LABEL} 00000001 0001 22 {b'email+rrn+bank_account+card_number'.hex()} 04"
            f" 04 0005 {b'a@b.c'.hex()} 05 000d {b'8901021234567'.hex()}"
            f" 07 0006 {b'123456'.hex()} 08 0010 {b'4111111111111111'.hex()}"
        ),
    ),
)

_BAD: Final[tuple[tuple[str, int, str, list[list[str]]], ...]] = (
    ("no fields", 1, "", []),
    ("a field too few", 1, "name+phone", [["name", _HONG]]),
    ("another field", 1, "name", [["phone", _PHONE]]),
    ("descending types", 1, "phone+name", [["phone", _PHONE], ["name", _HONG]]),
    ("a field twice", 1, "name+name", [["name", _HONG], ["name", _HONG]]),
    ("an unknown field", 1, "address", [["address", _HONG]]),
    ("an empty value", 1, "name", [["name", ""]]),
    ("a short token", 1, "channel_token", [["channel_token", "a5" * 63]]),
)


def vectors() -> dict[str, Any]:
    """Return the vectors: values and inputs in hex. The bad ones cannot be encoded."""
    return {
        "section": "4.2",
        "good": [
            {
                "name": name,
                "epoch": epoch,
                "lookup": lookup,
                "fields": fields,
                "input": encoded.replace(" ", ""),
            }
            for name, epoch, lookup, fields, encoded in _GOOD
        ],
        "bad": [
            {"name": name, "epoch": epoch, "lookup": lookup, "fields": fields, "error": "input"}
            for name, epoch, lookup, fields in _BAD
        ],
    }
