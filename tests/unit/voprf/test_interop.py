"""Both directions of exchange with the `voprf` wheel (curve25519-dalek), which is mode VOPRF."""

import pytest
from voprf import ristretto

from breachdesk.voprf import (
    PROOF_BYTES,
    Evaluation,
    Evaluator,
    KeyPair,
    blind,
    derive_key_pair,
    evaluate_known,
    finalize,
)

SEED = bytes(range(32))
INPUTS = [b"\x00", b"kim@example.org", bytes(range(256)) * 4]


@pytest.fixture
def pair() -> KeyPair:
    return derive_key_pair(SEED, b"interop")


@pytest.fixture
def theirs() -> ristretto.Evaluator:
    return ristretto.Evaluator.from_seed(SEED, b"interop")


def test_the_same_seed_gives_the_same_key(pair: KeyPair, theirs: ristretto.Evaluator) -> None:
    assert theirs.public_key.serialize() == pair.public


@pytest.mark.parametrize("value", INPUTS, ids=len)
def test_known_inputs(value: bytes, pair: KeyPair, theirs: ristretto.Evaluator) -> None:
    assert evaluate_known(pair.secret, value) == theirs.evaluate_known_input(value)


@pytest.mark.parametrize("value", INPUTS, ids=len)
def test_our_client_their_server(value: bytes, pair: KeyPair, theirs: ristretto.Evaluator) -> None:
    blinding = blind(value)
    request = ristretto.BlindedInput.deserialize(blinding.element)
    answer = theirs.evaluate(request).serialize()  # proof, then element
    evaluation = Evaluation(answer[PROOF_BYTES:], answer[:PROOF_BYTES])
    output = finalize(value, blinding, evaluation, pair.public)
    assert output == theirs.evaluate_known_input(value)


@pytest.mark.parametrize("value", INPUTS, ids=len)
def test_their_client_our_server(value: bytes, pair: KeyPair) -> None:
    client, request = ristretto.Client.blind(value)
    evaluation = Evaluator(pair.secret).evaluate(request.serialize())
    answer = ristretto.VerifiableOutput.deserialize(evaluation.proof + evaluation.element)
    public = ristretto.PublicKey.deserialize(pair.public)
    assert client.finalize(answer, public) == evaluate_known(pair.secret, value)
