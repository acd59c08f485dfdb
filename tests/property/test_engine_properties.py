"""Every engine gives libsodium's bytes, whatever the secret and the inputs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.voprf import ElementError, Evaluator, blind
from breachdesk.voprf._batch import evaluate_with, multiply_with
from breachdesk.voprf._engines import LIBSODIUM
from tests.factories.engines import runnable

ORDER = 2**252 + 27742317777372353535851937790883648493
ENGINES = [one for one in runnable() if one is not LIBSODIUM]

secrets = st.integers(1, ORDER - 1).map(lambda number: number.to_bytes(32, "little"))
limbs = st.sampled_from([0, 1, 2**51 - 1, 2**51 - 19, 2**50, 2**13]) | st.integers(0, 2**51 - 1)


def of_limbs(limbs: list[int], *, top: bool) -> bytes:
    """32 bytes with these limbs of 51 bits, least significant first, and the top bit."""
    number = sum(limb << 51 * place for place, limb in enumerate(limbs)) + (top << 255)
    return number.to_bytes(32, "little")


#: Field elements by their limbs, so that full and empty limbs are as likely as others.
fields = st.builds(of_limbs, st.lists(limbs, min_size=5, max_size=5), top=st.booleans())
uniforms = st.tuples(fields, fields).map(b"".join) | st.binary(min_size=64, max_size=64)
elements = uniforms.map(lambda uniform: LIBSODIUM.from_uniform(b"\x01" + bytes(31), uniform)[0])


@settings(max_examples=100, deadline=None)
@given(secrets, st.lists(uniforms, max_size=20))
def test_uniform_bytes(secret: bytes, uniform: list[bytes]) -> None:
    joined = b"".join(uniform)
    wanted = LIBSODIUM.from_uniform(secret, joined)
    assert [one.from_uniform(secret, joined) for one in ENGINES] == [wanted] * len(ENGINES)


@settings(max_examples=100, deadline=None)
@given(secrets, st.lists(fields | elements))
def test_encodings_good_and_bad(secret: bytes, encodings: list[bytes]) -> None:
    joined = b"".join(encodings)
    wanted = LIBSODIUM.from_encoded(secret, joined)
    assert [one.from_encoded(secret, joined) for one in ENGINES] == [wanted] * len(ENGINES)


@settings(max_examples=50, deadline=None)
@given(secrets, st.lists(st.binary(max_size=300), max_size=20))
def test_inputs(secret: bytes, inputs: list[bytes]) -> None:
    wanted = evaluate_with(LIBSODIUM, secret, inputs)
    assert [evaluate_with(one, secret, inputs) for one in ENGINES] == [wanted] * len(ENGINES)


@settings(max_examples=25, deadline=None)
@given(secrets, st.lists(st.binary(max_size=30), max_size=10))
def test_blinded_elements(secret: bytes, inputs: list[bytes]) -> None:
    elements = [blind(value).element for value in inputs]
    evaluator = Evaluator(secret)
    wanted = [evaluator.evaluate(element).element for element in elements]
    assert [multiply_with(one, secret, elements) for one in ENGINES] == [wanted] * len(ENGINES)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(fields | elements, secrets, secrets), min_size=1, max_size=20))
def test_scalars_of_their_own(rows: list[tuple[bytes, bytes, bytes]]) -> None:
    encoded, first, second = (b"".join(part) for part in zip(*rows, strict=True))
    wanted = LIBSODIUM.prepared(encoded).multiply(second, of_base=first)
    for one in ENGINES:
        assert one.prepared(encoded).multiply(second, of_base=first) == wanted


@settings(max_examples=25, deadline=None)
@given(secrets, st.lists(st.tuples(fields | elements, secrets), max_size=12))
def test_elements_evaluated_together(secret: bytes, rows: list[tuple[bytes, bytes]]) -> None:
    evaluator = Evaluator(secret)
    sent, nonces = [element for element, _ in rows], [nonce for _, nonce in rows]
    found = evaluator.evaluate_each(sent, fixed_nonces=nonces)
    for one, element, nonce in zip(found, sent, nonces, strict=True):
        if isinstance(one, ElementError):
            with pytest.raises(ElementError):
                evaluator.evaluate(element)
        else:
            assert one == evaluator.evaluate(element, fixed_nonce=nonce)
