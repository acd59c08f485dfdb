"""Independent elements evaluated together: each is answered as if it were alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from breachdesk import voprf
from breachdesk.voprf import ElementError, Evaluation, Evaluator, ScalarError
from breachdesk.voprf import _evaluator as evaluator_module
from breachdesk.voprf._engine import Engine
from tests.factories.engines import NAMES, engine

ROOT = Path(__file__).parents[3]
(SUITE,) = (
    suite
    for suite in json.loads((ROOT / "spec/vectors/rfc9497.json").read_text())["suites"]
    if suite["mode"] == 1
)
VECTORS = [vector for vector in SUITE["vectors"] if vector["Batch"] == 1]
PAIR = voprf.derive_key_pair(b"\xa7" * 32, b"each")
BAD = (bytes(32), b"\xff" * 32, b"\x01" + bytes(31), bytes(31) + b"\x80", b"", bytes(31), bytes(33))


@pytest.fixture(params=NAMES)
def each(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine that `evaluate_each` runs on."""
    found = engine(request.param)
    monkeypatch.setattr(evaluator_module, "chosen_for", lambda _: found)
    return found


def unhex(vector: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(vector[name])


@pytest.mark.usefixtures("each")
@pytest.mark.parametrize("times", [1, 5])
def test_the_vectors_of_rfc_9497(times: int) -> None:
    assert len(VECTORS) == 2
    vectors = VECTORS * times
    evaluator = Evaluator(bytes.fromhex(SUITE["skSm"]))
    found = evaluator.evaluate_each(
        [unhex(vector, "BlindedElement") for vector in vectors],
        fixed_nonces=[bytes.fromhex(vector["Proof"]["r"]) for vector in vectors],
    )
    assert found == [
        Evaluation(unhex(vector, "EvaluationElement"), bytes.fromhex(vector["Proof"]["proof"]))
        for vector in vectors
    ]


@pytest.mark.usefixtures("each")
@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 9, 33])
def test_the_bytes_are_those_of_evaluate(size: int) -> None:
    evaluator = Evaluator(PAIR.secret)
    elements = [voprf.blind(b"%d" % i).element for i in range(size)]
    nonces = [voprf.generate_key_pair().secret for _ in range(size)]
    assert evaluator.evaluate_each(elements, fixed_nonces=nonces) == [
        evaluator.evaluate(element, fixed_nonce=nonce)
        for element, nonce in zip(elements, nonces, strict=True)
    ]


@pytest.mark.usefixtures("each")
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.hex()[:8] or "empty")
def test_what_is_no_element_touches_no_other_answer(bad: bytes) -> None:
    evaluator = Evaluator(PAIR.secret)
    element = voprf.blind(b"good").element
    nonces = [voprf.generate_key_pair().secret for _ in range(9)]
    for place in range(9):
        elements = [element] * place + [bad] + [element] * (8 - place)
        found = evaluator.evaluate_each(elements, fixed_nonces=nonces)
        assert isinstance(found[place], ElementError)
        wanted = [evaluator.evaluate(element, fixed_nonce=nonce) for nonce in nonces]
        assert found[:place] + found[place + 1 :] == wanted[:place] + wanted[place + 1 :]


@pytest.mark.usefixtures("each")
def test_none_of_them_is_an_element() -> None:
    found = Evaluator(PAIR.secret).evaluate_each(BAD)
    assert [type(one) for one in found] == [ElementError] * len(BAD)
    assert all(bad.hex() not in str(one) for bad, one in zip(BAD, found, strict=True) if bad)


@pytest.mark.usefixtures("each")
def test_a_wrong_type_is_no_element() -> None:
    (found,) = Evaluator(PAIR.secret).evaluate_each([bytearray(32)])  # type: ignore[list-item]  # wrong types are what is tested
    assert isinstance(found, ElementError)


@pytest.mark.usefixtures("each")
def test_every_proof_holds_and_no_nonce_comes_twice() -> None:
    blinding = voprf.blind(b"the same")
    evaluator = Evaluator(PAIR.secret)
    found = [one for _ in range(3) for one in evaluator.evaluate_each([blinding.element] * 9)]
    proofs = set()
    for one in found:
        assert isinstance(one, Evaluation)
        assert len(voprf.finalize(b"the same", blinding, one, PAIR.public)) == 64
        proofs.add(one.proof)
    # One element under one key: M and Z are the same, so that challenges differ as the nonces do.
    assert len({proof[:32] for proof in proofs}) == len({proof[32:] for proof in proofs}) == 27


def test_nonces_are_asked_of_the_system_one_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def draw() -> bytes:
        drawn.append(voprf.generate_key_pair().secret)
        return drawn[-1]

    monkeypatch.setattr(evaluator_module, "random_scalar", draw)
    evaluator, elements = Evaluator(PAIR.secret), [voprf.blind(b"%d" % i).element for i in range(5)]
    found = evaluator.evaluate_each(elements)
    assert len(set(drawn)) == 5
    assert found == evaluator.evaluate_each(elements, fixed_nonces=drawn)


@pytest.mark.parametrize("nonce", [bytes(32), b"\xff" * 32, b"", b"\x01" * 31])
def test_a_fixed_nonce_that_is_no_scalar(nonce: bytes) -> None:
    with pytest.raises(ScalarError, match="fixed nonce"):
        Evaluator(PAIR.secret).evaluate_each([voprf.blind(b"x").element], fixed_nonces=[nonce])


def test_nonces_for_other_elements_than_there_are() -> None:
    evaluator, elements = Evaluator(PAIR.secret), [voprf.blind(b"x").element] * 2
    for count in (0, 1, 3):
        nonces = [voprf.generate_key_pair().secret for _ in range(count)]
        with pytest.raises(ValueError, match="one for each"):
            evaluator.evaluate_each(elements, fixed_nonces=nonces)
