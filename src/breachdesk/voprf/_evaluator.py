"""The holder of a key, asked with blinded elements: RFC 9497 section 3.3.2 (BlindEvaluate)."""

from dataclasses import dataclass

from breachdesk.voprf._dleq import Prover
from breachdesk.voprf._group import (
    ELEMENT_BYTES,
    check_scalar,
    has_clear_top_bit,
    multiply,
    multiply_base,
)
from breachdesk.voprf.errors import ElementError


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
        if not has_clear_top_bit(element):
            raise ElementError("blinded element: not a canonical ristretto255 encoding")
        evaluated = multiply(self._secret, element)
        return Evaluation(evaluated, self._prover.prove((element,), (evaluated,), fixed_nonce))
