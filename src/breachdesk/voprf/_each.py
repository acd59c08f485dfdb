"""Blinded elements that have nothing to do with each other, each answered with its own proof.

RFC 9497 sections 3.3.2 and 2.2.1 for a batch of one, once for each element; together only where
they are multiplied. With B an element, k the secret, G the generator and r a nonce:

    1. C = k B, t2 = r G
    2. d = the weight of the pair B, C
    3. M = d B, Z = k M = (d k) B, t3 = r M = (d r) B
    4. c = the challenge of M, Z, t2, t3; s = r - c k

All but t2 are multiples of B, so that B is prepared once, and two calls do for any number.
"""

from collections.abc import Sequence

from breachdesk.voprf._dleq import Prover
from breachdesk.voprf._engine import Engine
from breachdesk.voprf._group import ELEMENT_BYTES, IDENTITY, multiply_scalars

#: What an element is answered with: the evaluated element and its proof. None: it is none.
Answer = tuple[bytes, bytes] | None


def evaluate_each(
    engine: Engine,
    prover: Prover,
    secret: bytes,
    elements: Sequence[bytes],
    nonces: Sequence[bytes],
) -> list[Answer]:
    """One answer for each element, in order, whatever the others are.

    `nonces` are one for each: two proofs with one nonce give the secret away. Raises `ValueError`
    for another number of them.
    """
    if len(nonces) != len(elements):
        raise ValueError("nonces: expected one for each element")
    if not elements:
        return []
    blinded = [
        one if type(one) is bytes and len(one) == ELEMENT_BYTES else IDENTITY for one in elements
    ]
    count = len(blinded)
    prepared = engine.prepared(b"".join(blinded))
    # Step 1.
    products, _ = prepared.multiply(secret * count, of_base=b"".join(nonces))
    t2, evaluated = _groups(products, count)
    # Step 2. What was refused has the identity here, and goes on to the end with it.
    weights = [prover.weight(b, c) for b, c in zip(blinded, evaluated, strict=True)]
    # Step 3.
    of_secret = [multiply_scalars(one, secret) for one in weights]
    of_nonce = [multiply_scalars(one, nonce) for one, nonce in zip(weights, nonces, strict=True)]
    products, _ = prepared.multiply(b"".join((*weights, *of_secret, *of_nonce)))
    m, z, t3 = _groups(products, count)
    # Step 4.
    return [
        None if one == IDENTITY else (one, prover.respond(*rest))
        for one, *rest in zip(evaluated, nonces, m, z, t2, t3, strict=True)
    ]


def _groups(products: bytes, count: int) -> list[list[bytes]]:
    """The products of each group of `count`."""
    every = [products[at : at + ELEMENT_BYTES] for at in range(0, len(products), ELEMENT_BYTES)]
    return [every[at : at + count] for at in range(0, len(every), count)]
