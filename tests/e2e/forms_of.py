"""Every form in which what somebody typed could leave a device unnoticed."""

import base64
import hashlib
import json
from collections.abc import Iterator
from itertools import permutations
from urllib.parse import quote, quote_plus

from breachdesk.identifiers import canonical, oprf_input
from breachdesk.voprf import blind
from tests.e2e.running_service import Person

_CHARSETS = ("utf-8", "cp949", "utf-16-le", "utf-16-be")
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")
_BETWEEN = (b"", b" ", b"|", b",", b":", b";", b"+", b"-", b"_", b"/", b"&", b"\n", b"\0")
#: Shorter than this is found by chance.
_LEAST = 6


def forms_of(person: Person, lookups: tuple[tuple[str, ...], ...]) -> frozenset[bytes]:
    """Return what must not occur in anything that left; hex and percent forms in lower case."""
    plain = {form for name, text in person.fields.items() for form in _plain(name, text)}
    joined = {form for lookup in lookups for form in _joined(person, lookup)}
    found = {form for one in plain for form in _written(one)}
    found |= {form for one in plain | joined for form in _hashed(one)}
    found |= {form for one in joined for form in _written(one)}
    found |= set(_points(person, lookups))
    return frozenset(form for form in found if len(form) >= _LEAST)


def _plain(name: str, text: str) -> Iterator[bytes]:
    """As typed, without blanks at its ends, canonical; each in every charset."""
    known = canonical(name, text).decode()
    spellings = {text, text.strip(), "".join(text.split()), known, known.upper(), known.lower()}
    digits = "".join(filter(str.isdecimal, known))
    for spelling in {*spellings, digits}:
        for charset in _CHARSETS:
            encoded = spelling.encode(charset, "ignore")
            if len(encoded) >= 4:
                yield encoded


def _joined(person: Person, lookup: tuple[str, ...]) -> Iterator[bytes]:
    """All orders of the fields of a question, with whatever stands between them."""
    raw = {name: person.fields[name].encode() for name in lookup}
    known = {name: canonical(name, person.fields[name]) for name in lookup}
    for values in (raw, known):
        for order in permutations(lookup):
            yield from (between.join(values[name] for name in order) for between in _BETWEEN)


def _written(value: bytes) -> Iterator[bytes]:
    """The value itself, and the usual ways to write bytes as text."""
    yield value
    yield value.hex().encode()
    yield from _base64(value)
    yield quote(value, safe="").lower().encode()
    yield quote_plus(value, safe="").lower().encode()
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return
    yield json.dumps(text)[1:-1].encode()
    yield "".join(f"&#{ord(one)};" for one in text).encode()


def _base64(value: bytes) -> Iterator[bytes]:
    """What base64 makes of the value wherever in a longer text it begins."""
    for shift in range(3):
        first = -(-shift * 8 // 6)
        encoded = base64.b64encode(bytes(shift) + value)
        whole = (shift + len(value)) * 8 // 6
        core = encoded[first:whole]
        if len(core) >= _LEAST:
            yield core
            yield core.replace(b"+", b"-").replace(b"/", b"_")


def _hashed(value: bytes) -> Iterator[bytes]:
    for name in _HASHES:
        digest = hashlib.new(name, value).digest()
        yield digest
        yield digest.hex().encode()
        yield from _base64(digest)


def _points(person: Person, lookups: tuple[tuple[str, ...], ...]) -> Iterator[bytes]:
    """The question itself as PROTOCOL section 4 writes it, hashed, and as a point not blinded."""
    for lookup in lookups:
        fields = [(name, canonical(name, person.fields[name])) for name in lookup]
        question = oprf_input(1, "+".join(lookup), fields)
        one = (1).to_bytes(32, "little")
        yield from _written(question)
        yield from _hashed(question)
        yield from _written(blind(question, fixed_blind=one).element)


def occurring(forms: frozenset[bytes], data: bytes) -> list[bytes]:
    """Return the forms that occur, whatever the case of what is written in letters."""
    lower = data.lower()
    return [form for form in forms if form in data or form in lower]
