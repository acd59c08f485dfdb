"""batches.json: a builder's batches (PROTOCOL section 10.3).

Secrets, blinds and nonces are fixed: for vectors only. `op`: `batch`, from inputs to outputs over
the answer of one other holder; `stamp`, a signed request. Bad ones: `finalize`, an answer (of any
length) that the builder must not use; `stamp`, a header that the holder must refuse.
"""

import base64
from typing import Any

from breachdesk.keys import builder_key
from breachdesk.voprf import BatchEvaluator, BlindedBatch, derive_key_pair, public_key
from breachdesk.wire import BuilderStamp, batch_message, batch_path
from tests.factories.questions import EPOCH, fixed_keys, fixed_nonce
from tests.factories.releases import ORIGIN, seed

OTHER = derive_key_pair(seed("other holder"), b"").secret
VALUES = tuple(f"input {number}".encode() for number in range(5))
PATH = f"/v1/{batch_path('open', EPOCH)}"
NOW = 1_700_000_000


def vectors() -> dict[str, Any]:
    """The content of the file."""
    return {
        "section": "10.3",
        "good": [_batch("five inputs", VALUES), _batch("one input", VALUES[:1]), _stamp("")],
        "bad": [*_bad_answers(), *_bad_stamps()],
    }


def shares() -> tuple[bytes, bytes]:
    """The builder's and the holder's."""
    own, other = fixed_keys(2).shares
    return own, other


def blinded(values: tuple[bytes, ...]) -> BlindedBatch:
    """The batch with its fixed blinds."""
    return BlindedBatch.of(values, fixed_blinds=_blinds(values))


def _blinds(values: tuple[bytes, ...]) -> list[bytes]:
    return [fixed_nonce(f"blind {number}") for number in range(len(values))]


def _answer(secret: bytes, values: tuple[bytes, ...], nonce: str = "batch") -> bytes:
    found = BatchEvaluator(secret).evaluate(
        blinded(values).elements, fixed_nonce=fixed_nonce(nonce)
    )
    return b"".join(found.elements) + found.proof


def _batch(name: str, values: tuple[bytes, ...]) -> dict[str, Any]:
    own, other = shares()
    batch = blinded(values)
    found = BatchEvaluator(other).evaluate(batch.elements, fixed_nonce=fixed_nonce("batch"))
    return {
        "name": f"batch: {name}",
        "op": "batch",
        "inputs": [one.hex() for one in values],
        "blinds": [one.hex() for one in _blinds(values)],
        "own": own.hex(),
        "secret": other.hex(),
        "public": public_key(other).hex(),
        "nonce": fixed_nonce("batch").hex(),
        "request": b"".join(batch.elements).hex(),
        "answer": _answer(other, values).hex(),
        "outputs": [one.hex() for one in batch.finalize(own, [found], [public_key(other)])],
    }


def _bad_answers() -> list[dict[str, Any]]:
    _, other = shares()
    good = _answer(other, VALUES)
    elements, proof = good[:-64], good[-64:]
    swapped = elements[32:64] + elements[:32] + elements[64:]
    cancelled = _cancelling()
    rows: list[tuple[str, bytes, str]] = [
        ("a swapped proof", elements + _answer(other, VALUES[::-1])[-64:], "proof"),
        ("two elements changed places", swapped + proof, "proof"),
        ("an element of another batch", _answer(other, VALUES[1:])[:32] + good[32:], "proof"),
        ("another key", _answer(OTHER, VALUES), "proof"),
        ("a changed proof", elements + bytes([proof[0] ^ 1]) + proof[1:], "proof"),
        ("a proof of nothing", elements + bytes(64), "proof"),
        ("truncated by an element", elements[32:] + proof, "element"),
        ("truncated by a byte", good[:-1], "element"),
        ("an element more", elements[:32] + good, "element"),
        ("no answer", b"", "element"),
        ("the identity", bytes(32) + good[32:], "element"),
        ("not canonical", b"\xff" * 32 + good[32:], "element"),
    ]
    made = [
        {
            "name": f"finalize: {name}",
            "op": "finalize",
            "inputs": [one.hex() for one in VALUES],
            "blinds": [one.hex() for one in _blinds(VALUES)],
            "own": shares()[0].hex(),
            "public": public_key(other).hex(),
            "answer": answer.hex(),
            "error": error,
        }
        for name, answer, error in rows
    ]
    return [*made, cancelled]


def _cancelling() -> dict[str, Any]:
    """A holder whose share is minus ours: each sum is the identity."""
    own = shares()[0]
    order = 2**252 + 27742317777372353535851937790883648493
    opposite = (order - int.from_bytes(own, "little")).to_bytes(32, "little")
    return {
        "name": "finalize: a sum that is the identity",
        "op": "finalize",
        "inputs": [one.hex() for one in VALUES],
        "blinds": [one.hex() for one in _blinds(VALUES)],
        "own": own.hex(),
        "public": public_key(opposite).hex(),
        "answer": _answer(opposite, VALUES).hex(),
        "error": "element",
    }


def _stamp(name: str, **changed: Any) -> dict[str, Any]:
    """A signed request, with what a bad one changes after it was signed."""
    holder = public_key(shares()[1])
    body = b"".join(blinded(VALUES).elements)
    key, nonce = builder_key(ORIGIN, seed("builder")), seed("stamp", 16)
    message = batch_message(PATH, holder, NOW, nonce, body)
    stamp = BuilderStamp(NOW, nonce, key.sign(message)).encode()
    row: dict[str, Any] = {
        "name": f"stamp: {name or 'as it must be'}",
        "op": "stamp",
        "builder": key.vkey,
        "path": PATH,
        "holder": holder.hex(),
        "now": NOW,
        "body": body.hex(),
        "message": message.hex(),
        "header": stamp,
    }
    if changed:
        del row["message"]
        row["error"] = "not-the-builder"
    return row | changed


def _bad_stamps() -> list[dict[str, Any]]:
    good = _stamp("")
    raw = base64.b64decode(good["header"])
    other = builder_key(ORIGIN, seed("another builder"))
    body = bytes.fromhex(good["body"])

    def header(data: bytes) -> str:
        return base64.b64encode(data).decode()

    return [
        _stamp("another builder's key", builder=other.vkey),
        _stamp("another path", path=PATH.replace("open", "code")),
        _stamp("for another holder", holder=public_key(OTHER).hex()),
        _stamp("another body", body=(body[32:] + body[:32]).hex()),
        _stamp("301 seconds old", now=NOW + 301),
        _stamp("301 seconds early", now=NOW - 301),
        _stamp("another time", header=header((NOW + 1).to_bytes(8, "big") + raw[8:])),
        _stamp("another nonce", header=header(raw[:8] + bytes(16) + raw[24:])),
        _stamp("a changed signature", header=header(raw[:-1] + bytes([raw[-1] ^ 1]))),
        _stamp("a byte less", header=header(raw[:-1])),
        _stamp("not Base64", header="*" * 120),
        _stamp("none", header=""),
    ]
