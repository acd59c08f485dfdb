"""Published vectors: RFC 9496, RFC 9380 and RFC 9497."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from breachdesk.voprf import (
    ElementError,
    Evaluation,
    Evaluator,
    Mode,
    blind,
    derive_key_pair,
    evaluate_batch,
    evaluate_known,
    finalize,
)
from breachdesk.voprf import _sodium as sodium
from breachdesk.voprf._client import unblind
from breachdesk.voprf._dleq import Prover, verify
from breachdesk.voprf._group import IDENTITY, add, check_element, multiply, multiply_base
from breachdesk.voprf._suite import expand_message_xmd, expander

ROOT = Path(__file__).parents[3]
RFC9496 = json.loads((ROOT / "tests/vectors/rfc9496.json").read_text())
RFC9380 = json.loads((ROOT / "tests/vectors/rfc9380.json").read_text())
RFC9497 = json.loads((ROOT / "spec/vectors/rfc9497.json").read_text())
SUITES = {Mode(suite["mode"]): suite for suite in RFC9497["suites"]}


def unhex(text: str) -> list[bytes]:
    """The values of one vector entry, several in a batch."""
    return [bytes.fromhex(part) for part in text.split(",")]


def vectors(mode: Mode) -> list[dict[str, Any]]:
    """The vectors of a mode."""
    found: list[dict[str, Any]] = SUITES[mode]["vectors"]
    return found


def test_multiples_of_the_generator() -> None:
    multiples = [bytes.fromhex(encoding) for encoding in RFC9496["multiples"]]
    generator = multiples[1]
    assert multiples[0] == IDENTITY
    for index, expected in enumerate(multiples[1:], start=1):
        scalar = index.to_bytes(32, "little")
        check_element(expected, "multiple")
        assert multiply_base(scalar) == expected
        assert multiply(scalar, generator) == expected
        assert add([generator] * index) == expected


@pytest.mark.parametrize("vector", RFC9496["invalid"], ids=lambda v: v["encoding"][:16])
def test_invalid_encodings_are_refused(vector: dict[str, str]) -> None:
    encoding = bytes.fromhex(vector["encoding"])
    with pytest.raises(ElementError):
        check_element(encoding, "element")
    with pytest.raises(ElementError):
        Evaluator((1).to_bytes(32, "little")).evaluate(encoding)


@pytest.mark.parametrize("vector", RFC9496["derived"], ids=lambda v: v["input"][:16])
def test_elements_from_uniform_bytes(vector: dict[str, str]) -> None:
    out = sodium.Buffer32()
    sodium.from_hash(out, bytes.fromhex(vector["input"]))
    assert out.raw.hex() == vector["element"]


@pytest.mark.parametrize("vector", RFC9380["tests"], ids=lambda v: v["uniform_bytes"][:16])
def test_expand_message_xmd(vector: dict[str, str]) -> None:
    message, dst = vector["msg"].encode(), RFC9380["DST"].encode()
    length = int(vector["len_in_bytes"], 16)
    assert expand_message_xmd(message, dst, length).hex() == vector["uniform_bytes"]


def test_the_fast_expander_is_the_same_function() -> None:
    for size in (0, 1, 63, 64, 111, 112, 127, 128, 129, 1000):
        message = hashlib.sha512(bytes(size)).digest() * 20
        assert expander(b"tag")(message[:size]) == expand_message_xmd(message[:size], b"tag", 64)


@pytest.mark.parametrize(("dst", "length"), [(bytes(256), 64), (b"tag", 0), (b"tag", 16321)])
def test_expander_limits(dst: bytes, length: int) -> None:
    with pytest.raises(ValueError, match=r"255 bytes|between 1 and 16320"):
        expand_message_xmd(b"message", dst, length)


@pytest.mark.parametrize("mode", Mode)
def test_key_derivation(mode: Mode) -> None:
    suite = SUITES[mode]
    pair = derive_key_pair(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]), mode)
    assert pair.secret.hex() == suite["skSm"]
    assert pair.public.hex() == suite.get("pkSm", pair.public.hex())


@pytest.mark.parametrize("vector", vectors(Mode.OPRF), ids=lambda v: v["Input"])
def test_oprf_mode(vector: dict[str, str]) -> None:
    (value,), (scalar,) = unhex(vector["Input"]), unhex(vector["Blind"])
    secret = bytes.fromhex(SUITES[Mode.OPRF]["skSm"])
    blinding = blind(value, fixed_blind=scalar, mode=Mode.OPRF)
    assert blinding.element.hex() == vector["BlindedElement"]
    evaluated = multiply(secret, blinding.element)
    assert evaluated.hex() == vector["EvaluationElement"]
    assert unblind(value, blinding, evaluated).hex() == vector["Output"]
    assert evaluate_known(secret, value, mode=Mode.OPRF).hex() == vector["Output"]


@pytest.mark.parametrize(
    "vector", [v for v in vectors(Mode.VOPRF) if v["Batch"] == 1], ids=lambda v: v["Input"]
)
def test_voprf_mode(vector: dict[str, Any]) -> None:
    (value,), (scalar,) = unhex(vector["Input"]), unhex(vector["Blind"])
    evaluator = Evaluator(bytes.fromhex(SUITES[Mode.VOPRF]["skSm"]))
    assert evaluator.public.hex() == SUITES[Mode.VOPRF]["pkSm"]
    blinding = blind(value, fixed_blind=scalar)
    assert blinding.element.hex() == vector["BlindedElement"]
    nonce = bytes.fromhex(vector["Proof"]["r"])
    evaluation = evaluator.evaluate(blinding.element, fixed_nonce=nonce)
    assert evaluation == Evaluation(
        bytes.fromhex(vector["EvaluationElement"]), bytes.fromhex(vector["Proof"]["proof"])
    )
    assert finalize(value, blinding, evaluation, evaluator.public).hex() == vector["Output"]


def test_voprf_batch() -> None:
    (vector,) = (v for v in vectors(Mode.VOPRF) if v["Batch"] == 2)
    secret, public = (bytes.fromhex(SUITES[Mode.VOPRF][name]) for name in ("skSm", "pkSm"))
    values = unhex(vector["Input"])
    blindings = [
        blind(value, fixed_blind=scalar)
        for value, scalar in zip(values, unhex(vector["Blind"]), strict=True)
    ]
    elements = [blinding.element for blinding in blindings]
    assert elements == unhex(vector["BlindedElement"])
    evaluated = [multiply(secret, element) for element in elements]
    assert evaluated == unhex(vector["EvaluationElement"])
    proof = bytes.fromhex(vector["Proof"]["proof"])
    nonce = bytes.fromhex(vector["Proof"]["r"])
    assert Prover(secret, public).prove(elements, evaluated, nonce) == proof
    verify(public, elements, evaluated, proof)
    outputs = [
        unblind(value, blinding, element)
        for value, blinding, element in zip(values, blindings, evaluated, strict=True)
    ]
    assert outputs == unhex(vector["Output"]) == evaluate_batch(secret, values)
