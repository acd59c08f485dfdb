"""What is refused, by which error, and that no message or repr holds a secret."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from breachdesk import voprf
from breachdesk.voprf import (
    Blinding,
    ElementError,
    Evaluation,
    Evaluator,
    InputError,
    ProofError,
    ScalarError,
)
from breachdesk.voprf._suite import SUITES, Mode, Suite

ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes(32)
BAD_SCALARS = {
    "zero": IDENTITY,
    "order": ORDER.to_bytes(32, "little"),
    "order and one": (ORDER + 1).to_bytes(32, "little"),
    "all ones": b"\xff" * 32,
    "short": b"\x01" * 31,
    "long": b"\x01" + bytes(32),
    "empty": b"",
}
BAD_ELEMENTS = {
    "identity": IDENTITY,
    "not canonical": b"\xff" * 32,
    "odd": b"\x01" + bytes(31),
    "identity with the top bit": bytes(31) + b"\x80",
    "an element with the top bit": voprf.public_key(b"\x02" + bytes(31))[:31]
    + bytes((voprf.public_key(b"\x02" + bytes(31))[31] | 0x80,)),
    "short": bytes(31),
    "long": bytes(33),
    "empty": b"",
}
PAIR = voprf.derive_key_pair(b"\xa3" * 32, b"test key")
SECOND = voprf.derive_key_pair(b"\xa4" * 32, b"test key")
VALUE = b"what a person types"


def negated(secret: bytes) -> bytes:
    """The scalar that sums with `secret` to zero."""
    return (ORDER - int.from_bytes(secret, "little")).to_bytes(32, "little")


@pytest.fixture
def blinding() -> Blinding:
    return voprf.blind(VALUE)


@pytest.fixture
def evaluation(blinding: Blinding) -> Evaluation:
    return Evaluator(PAIR.secret).evaluate(blinding.element)


@pytest.mark.parametrize("scalar", BAD_SCALARS.values(), ids=BAD_SCALARS)
def test_bad_scalars(scalar: bytes, blinding: Blinding, evaluation: Evaluation) -> None:
    with pytest.raises(ScalarError, match="secret key"):
        Evaluator(scalar)
    with pytest.raises(ScalarError, match="secret key"):
        voprf.public_key(scalar)
    with pytest.raises(ScalarError, match="secret key"):
        voprf.evaluate_batch(scalar, [VALUE])
    with pytest.raises(ScalarError, match="secret key"):
        voprf.split_secret(scalar, 2)
    with pytest.raises(ScalarError, match="secret key"):
        voprf.prove_possession(scalar, b"context")
    with pytest.raises(ScalarError, match="fixed blind"):
        voprf.blind(VALUE, fixed_blind=scalar)
    with pytest.raises(ScalarError, match="fixed nonce"):
        Evaluator(PAIR.secret).evaluate(blinding.element, fixed_nonce=scalar)
    with pytest.raises(ScalarError, match="blind"):
        voprf.finalize(VALUE, Blinding(scalar, blinding.element), evaluation, PAIR.public)


def test_the_largest_scalar_is_accepted() -> None:
    assert voprf.public_key((ORDER - 1).to_bytes(32, "little"))


@pytest.mark.parametrize("element", BAD_ELEMENTS.values(), ids=BAD_ELEMENTS)
def test_bad_elements(element: bytes, blinding: Blinding, evaluation: Evaluation) -> None:
    with pytest.raises(ElementError, match="element"):
        Evaluator(PAIR.secret).evaluate(element)
    with pytest.raises(ElementError, match="evaluated element"):
        voprf.finalize(VALUE, blinding, Evaluation(element, evaluation.proof), PAIR.public)
    with pytest.raises(ElementError, match="blinded element"):
        voprf.finalize(VALUE, Blinding(blinding.blind, element), evaluation, PAIR.public)
    with pytest.raises(ElementError, match="share key"):
        voprf.finalize(VALUE, blinding, evaluation, element)
    with pytest.raises(ElementError, match="share key"):
        voprf.combine_public([PAIR.public, element])
    with pytest.raises(ElementError, match="public key"):
        voprf.verify_possession(element, b"context", bytes(96))


def test_other_types_than_bytes_are_refused() -> None:
    with pytest.raises(ElementError):
        Evaluator(PAIR.secret).evaluate(bytearray(PAIR.public))  # type: ignore[arg-type]  # wrong types are what is tested
    with pytest.raises(ScalarError):
        Evaluator(bytearray(PAIR.secret))  # type: ignore[arg-type]  # wrong types are what is tested
    with pytest.raises(InputError):
        voprf.blind("text")  # type: ignore[arg-type]  # wrong types are what is tested


@pytest.mark.parametrize("scalar", BAD_SCALARS.values(), ids=BAD_SCALARS)
def test_bad_proofs(scalar: bytes, blinding: Blinding, evaluation: Evaluation) -> None:
    for proof in (scalar + evaluation.proof[32:], evaluation.proof[:32] + scalar):
        with pytest.raises(ProofError, match="proof"):
            voprf.finalize(VALUE, blinding, Evaluation(evaluation.element, proof), PAIR.public)


def test_a_proof_is_bound_to_key_element_and_question(
    blinding: Blinding, evaluation: Evaluation
) -> None:
    other = Evaluator(SECOND.secret).evaluate(blinding.element)
    with pytest.raises(ProofError):
        voprf.finalize(VALUE, blinding, evaluation, SECOND.public)
    with pytest.raises(ProofError):
        voprf.finalize(VALUE, blinding, Evaluation(other.element, evaluation.proof), PAIR.public)
    with pytest.raises(ProofError):
        voprf.finalize(VALUE, voprf.blind(VALUE), evaluation, PAIR.public)


def test_inputs_that_are_too_long() -> None:
    longest = b"x" * 65535
    assert voprf.evaluate_known(PAIR.secret, longest)
    with pytest.raises(InputError):
        voprf.evaluate_batch(PAIR.secret, [b"x", longest + b"x"])
    with pytest.raises(InputError):
        voprf.blind(longest + b"x")
    with pytest.raises(InputError):
        voprf.derive_key_pair(bytes(32), longest + b"x")
    with pytest.raises(InputError):
        voprf.derive_key_pair(bytes(31), b"")


def test_an_input_that_hashes_to_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = SUITES[Mode.VOPRF]
    to_identity = Suite(
        suite.derive_key_dst, suite.seed_dst, lambda _: bytes(64), suite.expand_to_scalar
    )
    monkeypatch.setitem(SUITES, Mode.VOPRF, to_identity)
    with pytest.raises(InputError, match="identity"):
        voprf.blind(VALUE)
    with pytest.raises(InputError, match="identity"):
        voprf.evaluate_known(PAIR.secret, VALUE)


def test_share_keys_that_are_refused(blinding: Blinding, evaluation: Evaluation) -> None:
    opposite = Evaluator(negated(PAIR.secret))
    both = [evaluation, opposite.evaluate(blinding.element)]
    with pytest.raises(ElementError, match="identity"):
        voprf.finalize_shares(VALUE, blinding, both, [PAIR.public, opposite.public])
    with pytest.raises(ElementError, match="identity"):
        voprf.combine_public([PAIR.public, opposite.public])
    with pytest.raises(ElementError, match="twice"):
        voprf.finalize_shares(VALUE, blinding, [evaluation] * 2, [PAIR.public] * 2)
    with pytest.raises(ElementError, match="twice"):
        voprf.combine_public([PAIR.public, SECOND.public, PAIR.public])
    with pytest.raises(InputError):
        voprf.finalize_shares(VALUE, blinding, [evaluation], [PAIR.public, SECOND.public])
    with pytest.raises(InputError):
        voprf.finalize_shares(VALUE, blinding, [], [])
    with pytest.raises(ValueError, match="1 or more"):
        voprf.split_secret(PAIR.secret, 0)


def test_swapped_shares_fail(blinding: Blinding, evaluation: Evaluation) -> None:
    both = [evaluation, Evaluator(SECOND.secret).evaluate(blinding.element)]
    with pytest.raises(ProofError):
        voprf.finalize_shares(VALUE, blinding, both, [SECOND.public, PAIR.public])


def test_possession() -> None:
    possession = voprf.prove_possession(PAIR.secret, b"context")
    assert len(possession) == voprf.POSSESSION_BYTES
    voprf.verify_possession(PAIR.public, b"context", possession)
    with pytest.raises(ProofError):
        voprf.verify_possession(PAIR.public, b"another context", possession)
    with pytest.raises(ProofError):
        voprf.verify_possession(SECOND.public, b"context", possession)
    with pytest.raises(ProofError):
        voprf.verify_possession(PAIR.public, b"context", possession[:-1])
    with pytest.raises(ElementError):
        voprf.verify_possession(PAIR.public, b"context", IDENTITY + possession[32:])


def test_nonces_are_random(blinding: Blinding) -> None:
    evaluator = Evaluator(PAIR.secret)
    first, second = (evaluator.evaluate(blinding.element) for _ in range(2))
    assert first.element == second.element
    assert first.proof != second.proof


def test_no_secret_in_a_repr(blinding: Blinding) -> None:
    shown = repr((PAIR, Evaluator(PAIR.secret), blinding))
    for secret in (PAIR.secret, blinding.blind):
        assert repr(secret) not in shown
        assert secret.hex() not in shown


def test_threads_and_processes_share_a_key_safely() -> None:
    inputs = [b"%d" % i for i in range(60)]
    expected = voprf.evaluate_batch(PAIR.secret, inputs)
    secrets, work = [PAIR.secret] * 4, [inputs] * 4
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(voprf.evaluate_batch, secrets, work)) == [expected] * 4
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as processes:
        assert list(processes.map(voprf.evaluate_batch, secrets[:2], work[:2])) == [expected] * 2


def test_importing_leaves_no_file_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", "import breachdesk.voprf as v; v.generate_key_pair()"]
    subprocess.run(command, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
