"""Solves challenges (PROTOCOL section 10.1) as the library of ALTCHA does."""

import base64
import json
from typing import Any

import altcha


def solve(challenge: bytes) -> bytes:
    """The value of the header `Breachdesk-Token`."""
    received: dict[str, Any] = json.loads(challenge)
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(received))
    assert solution is not None
    found = {"counter": solution.counter, "derivedKey": solution.derived_key}
    return encode_token({"challenge": received, "solution": found})


def encode_token(token: object) -> bytes:
    return base64.b64encode(json.dumps(token).encode())


def decode_token(header: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(header))
    return found
