"""The asker: blind an input, check the proofs, unblind. RFC 9497 sections 3.3.1 and 3.3.2.

Several evaluators with additive key shares are answered as one: each proof is checked against its
share's key, the evaluated elements are summed, and Finalize runs once on the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.voprf._dleq import verify
from breachdesk.voprf._evaluator import Evaluation
from breachdesk.voprf._group import (
    IDENTITY,
    add,
    check_element,
    check_scalar,
    invert_scalar,
    multiply,
    random_scalar,
)
from breachdesk.voprf._keys import combine_public
from breachdesk.voprf._suite import SUITES, Mode, check_input, hash_output
from breachdesk.voprf.errors import ElementError, InputError, VoprfError


@dataclass(frozen=True, slots=True)
class Blinding:
    """The element to send, and the scalar that undoes it: keep the scalar to yourself."""

    blind: bytes = field(repr=False)
    element: bytes


def blind(value: bytes, *, fixed_blind: bytes | None = None, mode: Mode = Mode.VOPRF) -> Blinding:
    """Blind (3.3.1) with a random scalar; `fixed_blind` is for published vectors only.

    Raises `InputError` for an input over 65535 bytes or one that hashes to the identity.
    """
    check_input(value)
    if fixed_blind is None:
        scalar = random_scalar()
    else:
        check_scalar(fixed_blind, "fixed blind")
        scalar = fixed_blind
    return Blinding(scalar, multiply(scalar, SUITES[mode].hash_to_group(value)))


def unblind(value: bytes, blinding: Blinding, evaluated: bytes) -> bytes:
    """Finalize of mode OPRF (3.3.1): no proof is checked, so nobody outside may call it."""
    return hash_output(value, multiply(invert_scalar(blinding.blind), evaluated))


def finalize(value: bytes, blinding: Blinding, evaluation: Evaluation, public: bytes) -> bytes:
    """Finalize (3.3.2): the 64-byte output, once the proof holds against the public key.

    Raises `ProofError`, or `ElementError` for a badly encoded or identity element or key.
    """
    return finalize_shares(value, blinding, (evaluation,), (public,))


def finalize_shares(
    value: bytes,
    blinding: Blinding,
    evaluations: Sequence[Evaluation],
    share_publics: Sequence[bytes],
) -> bytes:
    """The 64-byte output under the whole key, from one evaluation of each share, in one order.

    Raises `ProofError` when any proof fails against its share's key; `ElementError` for a bad
    element or key, a share key that stands twice, or a sum that is the identity; `InputError`
    when there is not one evaluation for each share key. An evaluation at fault is the error's
    `share`.
    """
    check_input(value)
    check_scalar(blinding.blind, "blind")
    check_element(blinding.element, "blinded element")
    if len(evaluations) != len(share_publics):
        raise InputError("evaluations: expected one for each share key")
    combine_public(share_publics)
    for share, (evaluation, public) in enumerate(zip(evaluations, share_publics, strict=True)):
        try:
            check_element(evaluation.element, "evaluated element")
            verify(public, (blinding.element,), (evaluation.element,), evaluation.proof)
        except VoprfError as error:
            error.share = share
            raise
    total = add([evaluation.element for evaluation in evaluations])
    if total == IDENTITY:
        raise ElementError("evaluated elements: their sum is the identity")
    return unblind(value, blinding, total)
