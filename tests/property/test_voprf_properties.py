"""Properties of the OPRF for any input, key, split and flipped bit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.voprf import (
    Blinding,
    Evaluation,
    Evaluator,
    KeyPair,
    VoprfError,
    blind,
    combine_public,
    derive_key_pair,
    evaluate_batch,
    evaluate_known,
    finalize,
    finalize_shares,
    prove_possession,
    public_key,
    split_secret,
    verify_possession,
)

key_pairs = st.builds(derive_key_pair, st.binary(min_size=32, max_size=32), st.binary(max_size=9))
values = st.binary(max_size=300)


def flip(value: bytes, bit: int) -> bytes:
    """`value` with one bit changed."""
    number = int.from_bytes(value, "big") ^ (1 << bit)
    return number.to_bytes(len(value), "big")


@settings(max_examples=40, deadline=None)
@given(key_pairs, values)
def test_blind_evaluation_equals_direct_evaluation(pair: KeyPair, value: bytes) -> None:
    blinding = blind(value)
    evaluation = Evaluator(pair.secret).evaluate(blinding.element)
    assert finalize(value, blinding, evaluation, pair.public) == evaluate_known(pair.secret, value)


@settings(max_examples=30, deadline=None)
@given(key_pairs, values, st.integers(1, 5))
def test_shares_equal_the_whole_key(pair: KeyPair, value: bytes, count: int) -> None:
    shares = split_secret(pair.secret, count)
    publics = [public_key(share) for share in shares]
    assert combine_public(publics) == pair.public
    blinding = blind(value)
    evaluations = [Evaluator(share).evaluate(blinding.element) for share in shares]
    output = finalize_shares(value, blinding, evaluations, publics)
    assert output == evaluate_known(pair.secret, value)


@settings(max_examples=120, deadline=None)
@given(key_pairs, values, st.integers(0, 96 * 8 - 1))
def test_a_flipped_bit_in_an_answer_raises(pair: KeyPair, value: bytes, bit: int) -> None:
    blinding = blind(value)
    evaluation = Evaluator(pair.secret).evaluate(blinding.element)
    broken = flip(evaluation.element + evaluation.proof, bit)
    with pytest.raises(VoprfError):
        finalize(value, blinding, Evaluation(broken[:32], broken[32:]), pair.public)


@settings(max_examples=60, deadline=None)
@given(key_pairs, values, st.integers(0, 32 * 8 - 1))
def test_a_flipped_bit_in_question_or_key_raises(pair: KeyPair, value: bytes, bit: int) -> None:
    blinding = blind(value)
    evaluation = Evaluator(pair.secret).evaluate(blinding.element)
    with pytest.raises(VoprfError):
        finalize(value, blinding, evaluation, flip(pair.public, bit))
    changed = Blinding(blinding.blind, flip(blinding.element, bit))
    with pytest.raises(VoprfError):
        finalize(value, changed, evaluation, pair.public)


@settings(max_examples=60, deadline=None)
@given(key_pairs, st.binary(max_size=40), st.integers(0, 96 * 8 - 1))
def test_a_flipped_bit_in_a_possession_raises(pair: KeyPair, context: bytes, bit: int) -> None:
    possession = prove_possession(pair.secret, context)
    verify_possession(pair.public, context, possession)
    with pytest.raises(VoprfError):
        verify_possession(pair.public, context, flip(possession, bit))


@settings(max_examples=20, deadline=None)
@given(key_pairs, st.lists(values, max_size=8))
def test_a_batch_is_its_items_in_order(pair: KeyPair, inputs: list[bytes]) -> None:
    expected = [evaluate_known(pair.secret, value) for value in inputs]
    assert evaluate_batch(pair.secret, iter(inputs)) == expected
