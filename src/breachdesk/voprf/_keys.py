"""Key pairs, additive shares of a key, and proofs of possession."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from breachdesk.voprf._dleq import PROOF_BYTES, Prover, verify
from breachdesk.voprf._group import (
    ELEMENT_BYTES,
    IDENTITY,
    SCALAR_BYTES,
    add,
    check_element,
    check_scalar,
    multiply,
    multiply_base,
    random_scalar,
    scalar_from_uniform,
    subtract_scalars,
)
from breachdesk.voprf._suite import SUITES, Mode, check_input, expand_message_xmd
from breachdesk.voprf.errors import ElementError, InputError, ProofError, ScalarError

POSSESSION_BYTES = ELEMENT_BYTES + PROOF_BYTES


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A secret scalar and its public element, 32 bytes each."""

    secret: bytes = field(repr=False)
    public: bytes


def derive_key_pair(seed: bytes, info: bytes, mode: Mode = Mode.VOPRF) -> KeyPair:
    """DeriveKeyPair, RFC 9497 section 3.2.1: the same seed and info give the same pair."""
    if type(seed) is not bytes or len(seed) != SCALAR_BYTES:
        raise InputError(f"seed: expected {SCALAR_BYTES} bytes")
    check_input(info)
    message = seed + len(info).to_bytes(2, "big") + info
    dst = SUITES[mode].derive_key_dst
    for counter in range(256):
        secret = scalar_from_uniform(expand_message_xmd(message + bytes([counter]), dst, 64))
        if secret != IDENTITY:
            return KeyPair(secret, multiply_base(secret))
    raise ScalarError("secret key: none can be derived from this seed")


def generate_key_pair() -> KeyPair:
    """A new random pair."""
    secret = random_scalar()
    return KeyPair(secret, multiply_base(secret))


def public_key(secret: bytes) -> bytes:
    """The public element of a secret; raises `ScalarError`."""
    check_scalar(secret, "secret key")
    return multiply_base(secret)


def combine_public(shares: Sequence[bytes]) -> bytes:
    """The public key of the sum of the shares' secrets.

    Raises `ElementError` for a bad key, the identity as key or as sum, and a key that stands twice;
    `InputError` when there is none.
    """
    if not shares:
        raise InputError("share keys: expected one or more")
    for share in shares:
        check_element(share, "share key")
    if len(set(shares)) != len(shares):
        raise ElementError("share keys: one stands twice")
    total = add(shares)
    if total == IDENTITY:
        raise ElementError("share keys: their sum is the identity")
    return total


def split_secret(secret: bytes, n: int) -> list[bytes]:
    """`n` random scalars, all different and none zero, that sum to the secret."""
    check_scalar(secret, "secret key")
    if n < 1:
        raise ValueError("n must be 1 or more")
    while True:
        shares = [random_scalar() for _ in range(n - 1)]
        last = secret
        for share in shares:
            last = subtract_scalars(last, share)
        shares.append(last)
        if last != IDENTITY and len(set(shares)) == n:
            return shares


def prove_possession(secret: bytes, context: bytes) -> bytes:
    """96 bytes that only the holder of the secret can make, bound to `context`.

    The evaluation of the context itself, with blind 1, and its DLEQ proof. The proof's nonce is
    random, so two calls differ: make it once and keep it. The context must be apart from every
    OPRF input, because the evaluated element gives away the output for it.
    """
    check_scalar(secret, "secret key")
    check_input(context)
    element = SUITES[Mode.VOPRF].hash_to_group(context)
    evaluated = multiply(secret, element)
    prover = Prover(secret, multiply_base(secret))
    return evaluated + prover.prove((element,), (evaluated,))


def verify_possession(public: bytes, context: bytes, possession: bytes) -> None:
    """Raise `ProofError` unless `possession` was made with the secret of `public` for `context`.

    Raises `ElementError` when the key or the evaluated element is badly encoded or the identity.
    """
    check_element(public, "public key")
    check_input(context)
    if type(possession) is not bytes or len(possession) != POSSESSION_BYTES:
        raise ProofError(f"proof of possession: expected {POSSESSION_BYTES} bytes")
    evaluated, proof = possession[:ELEMENT_BYTES], possession[ELEMENT_BYTES:]
    check_element(evaluated, "proof of possession")
    element = SUITES[Mode.VOPRF].hash_to_group(context)
    verify(public, (element,), (evaluated,), proof)
