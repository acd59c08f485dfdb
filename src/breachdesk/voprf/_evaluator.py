"""The holder of a key: blinded elements with proofs, and known inputs in bulk.

RFC 9497 sections 3.3.1 (Evaluate) and 3.3.2 (BlindEvaluate).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from breachdesk.voprf import _sodium
from breachdesk.voprf._dleq import Prover
from breachdesk.voprf._group import ELEMENT_BYTES, check_scalar, multiply, multiply_base
from breachdesk.voprf._suite import SUITES, Mode
from breachdesk.voprf.errors import ElementError, InputError


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluated element (32 bytes) and its proof (64 bytes)."""

    element: bytes
    proof: bytes


class Evaluator:
    """Answers blinded elements under one key or key share. Safe to share between threads."""

    __slots__ = ("_prover", "_secret", "public")

    public: bytes

    def __init__(self, secret: bytes) -> None:
        """Raises `ScalarError` unless the secret is a reduced scalar that is not zero."""
        check_scalar(secret, "secret key")
        self._secret = secret
        self.public = multiply_base(secret)
        self._prover = Prover(secret, self.public)

    def __repr__(self) -> str:
        """Public key only."""
        return f"Evaluator(public={self.public.hex()})"

    def evaluate(self, element: bytes, *, fixed_nonce: bytes | None = None) -> Evaluation:
        """BlindEvaluate (3.3.2). Raises `ElementError` on a bad encoding or the identity.

        The proof's nonce is random; `fixed_nonce` is for published vectors only.
        """
        if type(element) is not bytes or len(element) != ELEMENT_BYTES:
            raise ElementError(f"blinded element: expected {ELEMENT_BYTES} bytes")
        evaluated = multiply(self._secret, element)
        return Evaluation(evaluated, self._prover.prove((element,), (evaluated,), fixed_nonce))


def evaluate_known(secret: bytes, value: bytes, *, mode: Mode = Mode.VOPRF) -> bytes:
    """The 64-byte output for an input that the key's holder knows. Errors as `evaluate_batch`."""
    return evaluate_batch(secret, (value,), mode=mode)[0]


def evaluate_batch(
    secret: bytes, inputs: Iterable[bytes], *, mode: Mode = Mode.VOPRF
) -> list[bytes]:
    """The 64-byte output of each input, in order: a build's hot path.

    Releases the interpreter lock in the group operations, which are 95 % of the time; keeps no
    state, so threads and processes may call it at once. HashToGroup and the final hash are
    written out here, because a Python call for each would cost more than what they do
    (`_suite.expander` and `_suite.hash_output` are the plain forms; tests hold them equal).

    Raises `ScalarError` for the secret and `InputError` for an input over 65535 bytes.
    """
    check_scalar(secret, "secret key")
    expand = SUITES[mode].expand_to_group
    from_hash, scalarmult, sha512 = _sodium.from_hash, _sodium.scalarmult, hashlib.sha512
    point, product = _sodium.Buffer32(), _sodium.Buffer32()
    outputs: list[bytes] = []
    append = outputs.append
    for value in inputs:
        try:
            length = len(value).to_bytes(2, "big")
        except OverflowError:
            raise InputError("input: expected at most 65535 bytes") from None
        from_hash(point, expand(value))
        if scalarmult(product, secret, point):
            raise InputError("input: hashes to the identity")
        append(sha512(length + value + b"\x00\x20" + product.raw + b"Finalize").digest())
    return outputs
