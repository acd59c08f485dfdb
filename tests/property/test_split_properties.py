"""Properties of shares and batches, for any inputs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.voprf import (
    BatchEvaluation,
    BatchEvaluator,
    BlindedBatch,
    ProofError,
    VoprfError,
    combine_public,
    evaluate_batch,
    generate_key_pair,
    public_key,
    split_secret,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
inputs = st.lists(st.binary(max_size=40), min_size=1, max_size=12)


@given(st.integers(2, 5))
def test_shares_sum_and_so_do_their_keys(holders: int) -> None:
    pair = generate_key_pair()
    shares = split_secret(pair.secret, holders)
    total = sum(int.from_bytes(one, "little") for one in shares) % ORDER
    assert total.to_bytes(32, "little") == pair.secret
    assert combine_public([public_key(one) for one in shares]) == pair.public
    assert len(set(shares)) == holders


@given(inputs, st.integers(2, 3))
def test_batches_over_shares_are_the_whole_keys_outputs(values: list[bytes], holders: int) -> None:
    pair = generate_key_pair()
    own, *others = split_secret(pair.secret, holders)
    batch = BlindedBatch.of(values)
    answers = [BatchEvaluator(one).evaluate(batch.elements) for one in others]
    outputs = batch.finalize(own, answers, [public_key(one) for one in others])
    assert outputs == evaluate_batch(pair.secret, values)


@given(inputs)
def test_blinds_are_fresh(values: list[bytes]) -> None:
    first, second = BlindedBatch.of(values), BlindedBatch.of(values)
    sent = [*first.elements, *second.elements]
    assert len(set(sent)) == len(sent)


@given(inputs, st.data())
def test_a_changed_answer_is_never_used(values: list[bytes], data: st.DataObject) -> None:
    own, other = generate_key_pair(), generate_key_pair()
    batch = BlindedBatch.of(values)
    good = BatchEvaluator(other.secret).evaluate(batch.elements)
    answer = bytearray(b"".join(good.elements) + good.proof)
    answer[data.draw(st.integers(0, len(answer) - 1))] ^= data.draw(st.integers(1, 255))
    changed = BatchEvaluation.decode(bytes(answer), len(values))
    with pytest.raises(VoprfError):
        batch.finalize(own.secret, [changed], [other.public])
    with pytest.raises(ProofError):
        batch.finalize(own.secret, [good], [own.public])
