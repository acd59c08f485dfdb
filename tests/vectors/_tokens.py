"""tokens.json: token inputs, tokens, codes and letters (PROTOCOL sections 3.10, 4.4 and 4.5).

`op`: `input`, an address (hex) and what is hashed for it; `token`, the channel service's 96 bytes
and T; good ones with the secret and the proof's nonce, fixed for vectors only; `letter-code` and
`one-time-code`, what is typed and its canonical form; `letter`, a subject's letter id and code.
"""

import hashlib
import hmac
from typing import Any, Final

from breachdesk.identifiers import token_input
from breachdesk.voprf import Evaluator, blind, derive_key_pair, evaluate_known, public_key
from tests.factories.questions import ONE, fixed_nonce
from tests.factories.releases import seed

_LABEL: Final = b"breachdesk/channel/v1".hex()
_PHONE: Final = b"+821012345678"
_MAIL: Final = b"hong@example.com"
_LETTER: Final = b"0123ABCZ"
_SECRET: Final = derive_key_pair(seed("oprf-channel"), b"").secret
_OTHER: Final = derive_key_pair(seed("other"), b"").secret

_INPUTS: Final = (
    ("a phone", 1, "phone", _PHONE, f"{_LABEL} 00000001 01 000d {_PHONE.hex()}"),
    ("a mailbox", 2, "email", _MAIL, f"{_LABEL} 00000002 02 0010 {_MAIL.hex()}"),
    ("a letter", 1, "letter", _LETTER, f"{_LABEL} 00000001 03 0008 {_LETTER.hex()}"),
    ("the last epoch", 0xFFFFFFFF, "phone", b"+1", f"{_LABEL} ffffffff 01 0002 2b31"),
)

# 15 characters and the check character of 3.10.
_CODE: Final = "0123456789ABCDE8"
_LETTER_CODES: Final = (
    ("as printed", "0123-4567-89AB-CDE8", _CODE),
    ("canonical", _CODE, _CODE),
    ("small letters", "0123 4567 89ab cde8", _CODE),
    ("letters that look like digits", "oi234567 89ABCDE8", _CODE),
    ("an L for a 1", "OL23.4567.89AB.CDE8", _CODE),
    ("full-width, with a long dash", "０１２３–４５６７ 89AB CDE8", _CODE),
    ("all zeros", "0000000000000000", "0000000000000000"),
    ("all last letters", "ZZZZZZZZZZZZZZZW", "ZZZZZZZZZZZZZZZW"),
)
_ONE_TIME_CODES: Final = (
    ("plain", "12345678", "12345678"),
    ("in two groups", " 1234 5678 ", "12345678"),
    ("with a hyphen", "1234-5678", "12345678"),
    ("full-width", "１２３４５６７８", "12345678"),
)
_BAD_LETTER_CODES: Final = (
    ("nothing", " ", "empty"),
    ("separators only", "--", "length"),
    ("a character less", "0123-4567-89AB-CDE", "length"),
    ("a character more", "0123-4567-89AB-CDE8-0", "length"),
    ("a U", "0123-4567-89AB-CDEU", "characters"),
    ("Hangul", "0123-4567-89AB-CDE가", "characters"),
    ("another check character", "0123-4567-89AB-CDE0", "checksum"),
    ("two characters swapped", "1023-4567-89AB-CDE8", "checksum"),
    ("a wrong character", "0123-4567-89AB-CDDD", "checksum"),
    ("very long", "0" * 257, "too-long"),
)
_BAD_ONE_TIME_CODES: Final = (
    ("no digits", "", "empty"),
    ("a hyphen only", "-", "length"),
    ("seven digits", "1234567", "length"),
    ("nine digits", "123456789", "length"),
    ("a letter", "1234567O", "characters"),
    ("a full stop", "1234.5678", "characters"),
)


def vectors() -> dict[str, Any]:
    return {"section": "4.4", "good": _good(), "bad": _bad()}


def _good() -> list[dict[str, Any]]:
    rows = [_input(*one) for one in _INPUTS]
    rows += [_token(*one[:4]) for one in _INPUTS]
    rows += [_code("letter-code", *one) for one in _LETTER_CODES]
    rows += [_code("one-time-code", *one) for one in _ONE_TIME_CODES]
    return [*rows, *_letters()]


def _input(name: str, epoch: int, channel: str, address: bytes, encoded: str) -> dict[str, Any]:
    about = {"epoch": epoch, "channel": channel, "address": address.hex()}
    return {"op": "input", "name": f"input: {name}", **about, "input": encoded.replace(" ", "")}


def evaluation(secret: bytes, value: bytes) -> bytes:
    """The 96 bytes of the channel service, with a fixed nonce."""
    element = blind(value, fixed_blind=ONE).element
    found = Evaluator(secret).evaluate(element, fixed_nonce=fixed_nonce("channel"))
    return found.element + found.proof


def _token(name: str, epoch: int, channel: str, address: bytes) -> dict[str, Any]:
    value = token_input(epoch, channel, address)
    return {
        "op": "token",
        "name": f"token: {name}",
        "epoch": epoch,
        "channel": channel,
        "address": address.hex(),
        "public": public_key(_SECRET).hex(),
        "secret": _SECRET.hex(),
        "nonce": fixed_nonce("channel").hex(),
        "evaluation": evaluation(_SECRET, value).hex(),
        "token": evaluate_known(_SECRET, value).hex(),
    }


def _code(op: str, name: str, text: str, canonical: str) -> dict[str, Any]:
    return {"op": op, "name": f"{op}: {name}", "text": text, "canonical": canonical}


def _letters() -> list[dict[str, Any]]:
    """Computed apart from the package, bit by bit."""
    rows = []
    for name, incident, epoch in (("a letter", 1, 1), ("another incident and epoch", 7, 2)):
        key, subject = seed("letter"), seed(f"subject {incident}", 12)
        letter = _base32(key, f"{b'breachdesk/letter/v1'.hex()} {incident:04x}", subject, 8)
        tail = _base32(key, f"{b'breachdesk/letter-code/v1'.hex()} {epoch:08x}", letter.encode(), 7)
        rows.append(
            {
                "op": "letter",
                "name": f"letter: {name}",
                "key": key.hex(),
                "incident": incident,
                "epoch": epoch,
                "subject": subject.hex(),
                "letter_id": letter,
                "letter_code": letter + tail + _check(letter + tail),
            }
        )
    return rows


_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _base32(key: bytes, label: str, rest: bytes, characters: int) -> str:
    digest = hmac.new(key, bytes.fromhex(label) + rest, hashlib.sha256).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    return "".join(_ALPHABET[int(bits[5 * i : 5 * i + 5], 2)] for i in range(characters))


def _check(payload: str) -> str:
    """The formula of 3.10 as it stands there."""
    p = m = 32
    for character in payload:
        p = (p + _ALPHABET.index(character)) % m or m
        p = 2 * p % (m + 1)
    return next(c for v, c in enumerate(_ALPHABET) if (p + v) % m == 1)


def _bad() -> list[dict[str, Any]]:
    rows = [
        {"op": op, "name": f"{op}: {name}", "text": text, "reason": reason}
        for op, cases in (
            ("letter-code", _BAD_LETTER_CODES),
            ("one-time-code", _BAD_ONE_TIME_CODES),
        )
        for name, text, reason in cases
    ]
    return [*rows, *_bad_tokens()]


def _bad_tokens() -> list[dict[str, Any]]:
    value = token_input(1, "phone", _PHONE)
    true = evaluation(_SECRET, value)
    by_other = evaluation(_OTHER, value)
    of_other = evaluation(_SECRET, token_input(1, "phone", b"+821012345679"))
    of_email = evaluation(_SECRET, token_input(1, "email", _PHONE))
    earlier = evaluation(_SECRET, token_input(2, "phone", _PHONE))
    cases = (
        ("under another key", by_other, "proof"),
        ("of another address", of_other, "proof"),
        ("of another channel", of_email, "proof"),
        ("of another epoch", earlier, "proof"),
        ("another's proof", true[:32] + of_other[32:], "proof"),
        ("another key's proof", true[:32] + by_other[32:], "proof"),
        ("another's element", of_other[:32] + true[32:], "proof"),
        ("challenge and response swapped", true[:32] + true[64:] + true[32:64], "proof"),
        ("the point itself", blind(value, fixed_blind=ONE).element + true[32:], "proof"),
        ("the identity", bytes(32) + true[32:], "element"),
        ("no element", b"\xff" * 32 + true[32:], "element"),
        ("a byte less", true[:-1], "channel"),
        ("a byte more", true + b"\0", "channel"),
        ("nothing", b"", "channel"),
    )
    about = {
        "epoch": 1,
        "channel": "phone",
        "address": _PHONE.hex(),
        "public": public_key(_SECRET).hex(),
    }
    return [
        {"op": "token", "name": f"token: {name}", **about, "evaluation": one.hex(), "error": error}
        for name, one, error in cases
    ]
