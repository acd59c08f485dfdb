"""Solves challenges (PROTOCOL section 10.1) without the client of the project."""

import base64
import hashlib
import json
import struct
from typing import Any


def solve(challenge: bytes) -> bytes:
    """The value of the header `Breachdesk-Token`."""
    received: dict[str, Any] = json.loads(challenge)
    own = received["parameters"]
    start = hashlib.sha256(bytes.fromhex(own["salt"] + own["nonce"]))
    for counter in range(2**22):
        tried = start.copy()
        tried.update(struct.pack(">I", counter))
        if tried.hexdigest().startswith(own["keyPrefix"]):
            found = {"counter": counter, "derivedKey": tried.hexdigest()}
            return encode_token({"challenge": received, "solution": found})
    raise AssertionError("no solution")


def encode_token(token: object) -> bytes:
    return base64.b64encode(json.dumps(token).encode())


def decode_token(header: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(header))
    return found
