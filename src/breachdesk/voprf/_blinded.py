"""Many elements at once under one proof: RFC 9497 3.3.2 with the batches of 2.2.1.

What a builder asks another holder (PROTOCOL section 10.3): it blinds each input with a scalar of
its own, the holder multiplies and proves once, and the builder checks that proof before it uses
anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.voprf._batch import evaluate_elements
from breachdesk.voprf._client import Blinding, blind, unblind
from breachdesk.voprf._dleq import PROOF_BYTES, Prover, verify
from breachdesk.voprf._group import ELEMENT_BYTES, IDENTITY, add, check_element, check_scalar
from breachdesk.voprf._keys import public_key
from breachdesk.voprf.errors import ElementError, InputError

#: Elements in one batch (PROTOCOL section 10.3).
MOST_BATCH = 1024


@dataclass(frozen=True, slots=True)
class BatchEvaluation:
    """One evaluated element for each that was sent, in order, and the proof of all (64 bytes)."""

    elements: tuple[bytes, ...]
    proof: bytes

    @classmethod
    def decode(cls, answer: bytes, size: int) -> "BatchEvaluation":
        """An answer to a batch of `size` elements; raises `InputError` for another length."""
        if len(answer) != ELEMENT_BYTES * size + PROOF_BYTES:
            raise InputError("answer: not one element for each that was sent, and a proof")
        end = ELEMENT_BYTES * size
        elements = tuple(answer[at : at + ELEMENT_BYTES] for at in range(0, end, ELEMENT_BYTES))
        return cls(elements, answer[end:])


class BatchEvaluator:
    """Answers batches of blinded elements under one key share. Safe to share between threads."""

    __slots__ = ("_prover", "_secret", "public")

    public: bytes

    def __init__(self, secret: bytes) -> None:
        """Raises `ScalarError` unless the secret is a reduced scalar that is not zero."""
        self.public = public_key(secret)
        self._secret = secret
        self._prover = Prover(secret, self.public)

    def __repr__(self) -> str:
        """Public key only."""
        return f"BatchEvaluator(public={self.public.hex()})"

    def evaluate(
        self, elements: Sequence[bytes], *, fixed_nonce: bytes | None = None
    ) -> BatchEvaluation:
        """Multiply all, and prove it once. `fixed_nonce` is for published vectors only.

        Raises `ElementError` on a bad encoding or the identity, `InputError` for none or more than
        MOST_BATCH.
        """
        check_batch(len(elements))
        evaluated = evaluate_elements(self._secret, elements)
        return BatchEvaluation(
            tuple(evaluated), self._prover.prove(elements, evaluated, fixed_nonce)
        )


def check_batch(size: int) -> None:
    """Raise `InputError` unless a batch may have that many elements."""
    if not 1 <= size <= MOST_BATCH:
        raise InputError(f"batch: expected 1 to {MOST_BATCH} elements")


@dataclass(frozen=True, slots=True)
class BlindedBatch:
    """Inputs, each blinded with a random scalar of its own."""

    values: tuple[bytes, ...] = field(repr=False)
    _blindings: tuple[Blinding, ...] = field(repr=False)

    @classmethod
    def of(
        cls, values: Sequence[bytes], *, fixed_blinds: Sequence[bytes] | None = None
    ) -> "BlindedBatch":
        """Blind 1 to MOST_BATCH inputs, each with a fresh random scalar. Raises `InputError`.

        `fixed_blinds` are for published vectors only.
        """
        check_batch(len(values))
        blinds: Sequence[bytes | None] = fixed_blinds or [None] * len(values)
        blindings = tuple(
            blind(value, fixed_blind=one) for value, one in zip(values, blinds, strict=True)
        )
        return cls(tuple(values), blindings)

    @property
    def elements(self) -> tuple[bytes, ...]:
        """What is sent, to every holder alike."""
        return tuple(one.element for one in self._blindings)

    def finalize(
        self, secret: bytes, answers: Sequence[BatchEvaluation], publics: Sequence[bytes]
    ) -> list[bytes]:
        """The 64-byte outputs under the sum of `secret` and the shares of `publics`, in order.

        `answers` are those of the other holders, in the order of their share keys. No answer is
        used before all proofs hold. Raises `ProofError`; `ElementError` for a bad element, or a sum
        that is the identity; `InputError` when the numbers do not fit.
        """
        check_scalar(secret, "own share")
        if len(answers) != len(publics):
            raise InputError("answers: expected one for each share key")
        sent = self.elements
        for answer, public in zip(answers, publics, strict=True):
            check_element(public, "share key")
            if len(answer.elements) != len(sent):
                raise InputError("answer: expected one element for each that was sent")
            for element in answer.elements:
                check_element(element, "evaluated element")
            verify(public, sent, answer.elements, answer.proof)
        own = evaluate_elements(secret, sent)
        return [
            unblind(value, blinding, _sum(parts))
            for value, blinding, *parts in zip(
                self.values,
                self._blindings,
                own,
                *(answer.elements for answer in answers),
                strict=True,
            )
        ]


def _sum(parts: Sequence[bytes]) -> bytes:
    total = add(parts)
    if total == IDENTITY:
        raise ElementError("evaluated elements: their sum is the identity")
    return total
