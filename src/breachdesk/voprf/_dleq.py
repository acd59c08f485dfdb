"""Proofs that evaluated elements and a public key share one secret: RFC 9497 section 2.2.

Always in mode VOPRF: the OPRF mode has no proofs. The batch form is the general one; a request
for one element is a batch of one.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from breachdesk.voprf import _sodium
from breachdesk.voprf._group import (
    IDENTITY,
    SCALAR_BYTES,
    add,
    check_scalar,
    is_canonical_scalar,
    multiply,
    multiply_base,
    random_scalar,
)
from breachdesk.voprf._suite import SUITES, Mode
from breachdesk.voprf.errors import ElementError, ProofError

PROOF_BYTES: Final = 64

_SUITE: Final = SUITES[Mode.VOPRF]
_ELEMENT_LENGTH: Final = b"\x00\x20"


def _seed_prefix(public: bytes) -> bytes:
    """What each composite transcript begins with: the seed and its length (2.2.1)."""
    dst = _SUITE.seed_dst
    seed = hashlib.sha512(_ELEMENT_LENGTH + public + len(dst).to_bytes(2, "big") + dst).digest()
    return len(seed).to_bytes(2, "big") + seed


def _weights(prefix: bytes, inputs: Sequence[bytes], outputs: Sequence[bytes]) -> list[bytes]:
    """The scalars d_i of ComputeComposites, one for each pair (2.2.1)."""
    return [
        _weight(prefix, index, blinded, evaluated)
        for index, (blinded, evaluated) in enumerate(zip(inputs, outputs, strict=True))
    ]


def _weight(prefix: bytes, index: int, blinded: bytes, evaluated: bytes) -> bytes:
    return _SUITE.hash_to_scalar(
        prefix
        + index.to_bytes(2, "big")
        + _ELEMENT_LENGTH
        + blinded
        + _ELEMENT_LENGTH
        + evaluated
        + b"Composite"
    )


def _challenge(public: bytes, m: bytes, z: bytes, t2: bytes, t3: bytes) -> bytes:
    """The challenge c of GenerateProof and VerifyProof (2.2.1, 2.2.2)."""
    transcript = _ELEMENT_LENGTH.join((b"", public, m, z, t2, t3)) + b"Challenge"
    return _SUITE.hash_to_scalar(transcript)


def _combine(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    """The sum of weight times element."""
    return add(
        [multiply(weight, element) for weight, element in zip(weights, elements, strict=True)]
    )


class Prover:
    """GenerateProof (2.2.1) for one key, with all that the key decides worked out before."""

    __slots__ = ("_prefix", "_public", "_secret")

    def __init__(self, secret: bytes, public: bytes) -> None:
        """Keep a pair that the caller has checked."""
        self._secret = secret
        self._public = public
        self._prefix = _seed_prefix(public)

    def prove(
        self, inputs: Sequence[bytes], outputs: Sequence[bytes], fixed_nonce: bytes | None = None
    ) -> bytes:
        """The proof that each output is the secret times its input.

        `fixed_nonce` is for published vectors only: two proofs with one nonce give the secret away.
        """
        if fixed_nonce is None:
            nonce = random_scalar()
        else:
            check_scalar(fixed_nonce, "fixed nonce")
            nonce = fixed_nonce
        secret = self._secret
        m = _combine(_weights(self._prefix, inputs, outputs), inputs)
        return self.respond(nonce, m, multiply(secret, m), multiply_base(nonce), multiply(nonce, m))

    def weight(self, blinded: bytes, evaluated: bytes) -> bytes:
        """The scalar d of a pair that is proved alone."""
        return _weight(self._prefix, 0, blinded, evaluated)

    def respond(self, nonce: bytes, m: bytes, z: bytes, t2: bytes, t3: bytes) -> bytes:
        """The proof from what the nonce was multiplied with. The nonce serves once."""
        challenge = _challenge(self._public, m, z, t2, t3)
        response = _sodium.Buffer32()
        _sodium.scalar_mul(response, challenge, self._secret)
        _sodium.scalar_sub(response, nonce, response)
        return challenge + response.raw


def verify(public: bytes, inputs: Sequence[bytes], outputs: Sequence[bytes], proof: bytes) -> None:
    """VerifyProof (2.2.2): raise `ProofError` unless the proof holds for all pairs.

    Public key, inputs and outputs must have passed `check_element`.
    """
    if type(proof) is not bytes or len(proof) != PROOF_BYTES:
        raise ProofError(f"proof: expected {PROOF_BYTES} bytes")
    challenge, response = proof[:SCALAR_BYTES], proof[SCALAR_BYTES:]
    for scalar in (challenge, response):
        if scalar == IDENTITY or not is_canonical_scalar(scalar):
            raise ProofError("proof: not two scalars between 1 and the group order")
    weights = _weights(_seed_prefix(public), inputs, outputs)
    try:
        m, z = _combine(weights, inputs), _combine(weights, outputs)
        t2 = add([multiply_base(response), multiply(challenge, public)])
        t3 = add([multiply(response, m), multiply(challenge, z)])
    except ElementError as error:
        raise ProofError("proof: an intermediate element is the identity") from error
    if not hmac.compare_digest(_challenge(public, m, z, t2, t3), challenge):
        raise ProofError("proof: does not hold for this key and these elements")
