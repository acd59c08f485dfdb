"""C2SP signed notes: a text, an empty line, and signature lines (PROTOCOL section 9.2)."""

import base64
import re
from dataclasses import dataclass

from breachdesk import wire
from breachdesk.release._vkey import KEY_NAME, VKey
from breachdesk.release.errors import ReleaseError

_STRICT = wire.Strict("checkpoint")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE_START = "\u2014 "


@dataclass(frozen=True, slots=True)
class Signature:
    """One line. `data` is what follows the key id."""

    name: str
    key_id: bytes
    data: bytes

    def by(self, key: VKey) -> bool:
        return self.name == key.name and self.key_id == key.key_id

    @property
    def line(self) -> str:
        encoded = base64.b64encode(self.key_id + self.data).decode()
        return f"{_LINE_START}{self.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """`body` ends with a newline; it is what signatures cover, in UTF-8."""

    body: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.body + "\n" + "".join(one.line for one in self.signatures)).encode()


def parse_note(data: bytes) -> Note:
    """Read a signed note, its signatures unchecked. Raises ReleaseError("checkpoint")."""
    try:
        return _parse(data)
    except wire.WireError as error:
        raise ReleaseError(error.code, error.detail) from None


def parse_signatures(data: bytes) -> tuple[Signature, ...]:
    """Read signature lines alone, as a witness answers. Raises ReleaseError("checkpoint")."""
    try:
        text = _text(data)
        if not text.endswith("\n"):
            _STRICT.fail("note", "no signature lines")
        return _signatures(text)
    except wire.WireError as error:
        raise ReleaseError(error.code, error.detail) from None


def _text(data: bytes) -> str:
    if len(data) > wire.CHECKPOINT_LIMIT:
        _STRICT.fail("note", f"more than {wire.CHECKPOINT_LIMIT} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _STRICT.fail("note", "not UTF-8")
    if _CONTROL.search(text):
        _STRICT.fail("note", "a control character")
    return text


def _parse(data: bytes) -> Note:
    text = _text(data)
    body, gap, rest = text.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        _STRICT.fail("note", "no signature lines after an empty line")
    return Note(body + "\n", _signatures(rest))


def _signatures(text: str) -> tuple[Signature, ...]:
    lines = text[:-1].split("\n")
    if len(lines) > wire.SIGNATURES_LIMIT:
        _STRICT.fail("note", f"more than {wire.SIGNATURES_LIMIT} signatures")
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> Signature:
    if not line.startswith(_LINE_START):
        _STRICT.fail("signature line", "not of the expected form")
    name, space, encoded = line[len(_LINE_START) :].partition(" ")
    if not space or not KEY_NAME.fullmatch(name):
        _STRICT.fail("signature line", "not of the expected form")
    data = _STRICT.base64(encoded, "signature line")
    if len(data) < 5:
        _STRICT.fail("signature line", "shorter than a key id and a signature")
    return Signature(name, data[:4], data[4:])
