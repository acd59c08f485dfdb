"""The holder of a key, asked with blinded elements: RFC 9497 section 3.3.2 (BlindEvaluate)."""

from collections.abc import Sequence
from dataclasses import dataclass

from breachdesk.voprf._dleq import Prover
from breachdesk.voprf._each import evaluate_each
from breachdesk.voprf._engines import chosen_for
from breachdesk.voprf._group import (
    ELEMENT_BYTES,
    check_scalar,
    has_clear_top_bit,
    multiply,
    multiply_base,
    random_scalar,
)
from breachdesk.voprf.errors import ElementError

_REFUSED = "blinded element: the identity, or not a canonical ristretto255 encoding"


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

    def evaluate_each(
        self, elements: Sequence[bytes], *, fixed_nonces: Sequence[bytes] | None = None
    ) -> list[Evaluation | ElementError]:
        """`evaluate` of each element, in order: what it gives, or the error that it raises.

        Each has a random nonce and a proof of its own; `fixed_nonces` are for published vectors
        only. Multiplied together, on the kernel where there is one (`engine_name`). Each takes some
        12 KiB of memory until then.
        """
        if fixed_nonces is None:
            nonces: Sequence[bytes] = [random_scalar() for _ in elements]
        else:
            for one in fixed_nonces:
                check_scalar(one, "fixed nonce")
            nonces = fixed_nonces
        found = evaluate_each(
            chosen_for(len(elements)), self._prover, self._secret, elements, nonces
        )
        return [ElementError(_REFUSED) if one is None else Evaluation(*one) for one in found]
