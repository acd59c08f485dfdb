"""Proof of work (PROTOCOL section 10.1): challenges of ALTCHA version 2, tokens spent once.

Challenges are made by the `altcha` library. Its `verify_solution` takes 53 us, most of them for a
canonical JSON of whatever may stand in a challenge; ours hold the same eight members always, so the
signed text is put together directly, in 15 us. A test holds both verifications equal.
"""

import base64
import hmac
import json
import re
import secrets
import struct
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import altcha

from breachdesk.admission._store import CountStore
from breachdesk.admission.errors import TokenRefused
from breachdesk.wire import CHALLENGE_LIMIT, dumps

#: Seconds that a token is good for.
TOKEN_SECONDS: Final = 600
#: Counters that a client may have to try. A worker on a telephone tries some 250,000 a second.
MOST_EFFORT: Final = 2**22
#: At rest: 0.2 s on such a telephone at most, 0.1 s on average.
DEFAULT_EFFORT: Final = 50_000
#: Up to this load the effort stays as it is; from here it grows, to `most` at full load.
CALM_LOAD: Final = 0.5

TOKEN_REASONS: Final = ("missing", "malformed", "forged", "expired", "elsewhere", "spent")

_HEADER_LIMIT: Final = 2 * CHALLENGE_LIMIT
_HEX16: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MEMBERS: Final = {
    "algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "expiresAt", "data"
}  # fmt: skip


class Tokens:
    """Gives challenges, and admits each solved one once."""

    def __init__(
        self,
        key: bytes,
        store: CountStore,
        *,
        effort: int = DEFAULT_EFFORT,
        most: int = MOST_EFFORT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`key` is what the service's own processes share; the store adds a secret of its own.

        `effort` is the number of counters to try at rest, `most` at full load.
        """
        self._key = key
        self._store = store
        self._most = min(max(most, 1), MOST_EFFORT)
        self._effort = min(max(effort, 1), self._most)
        self._clock = clock

    def challenge(self, kind: str, epoch: int, release: int, load: float) -> bytes:
        """The JSON of a challenge. `load` is from 0 to 1. Raises `StoreError`."""
        found = altcha.create_challenge(
            "SHA-256",
            1,
            counter=secrets.randbelow(self.effort(load)),
            key_length=32,
            key_prefix_length=16,
            expires_at=int(self._clock()) + TOKEN_SECONDS,
            data={"kind": kind, "epoch": epoch, "release": release},
            hmac_secret=self._secret(),
        )
        return dumps(found.to_dict())

    def effort(self, load: float) -> int:
        """How many counters there are to try at this load."""
        steep = (min(load, 1.0) - CALM_LOAD) / (1.0 - CALM_LOAD)
        if steep <= 0.0:
            return self._effort
        return int(self._effort * (self._most / self._effort) ** steep)

    def spend(self, header: bytes | None, kind: str, epoch: int, release: int) -> None:
        """Admit one request. Raises `TokenRefused`, or `StoreError`."""
        if not self._store.once(self.verify(header, kind, epoch, release), TOKEN_SECONDS):
            raise TokenRefused("spent")

    def verify(self, header: bytes | None, kind: str, epoch: int, release: int) -> str:
        """The name under which a good token is spent. Raises `TokenRefused`, or `StoreError`."""
        if not header:
            raise TokenRefused("missing")
        try:
            parameters, signature, counter, derived = _read(header)
            signed = _canonical(parameters)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise TokenRefused("malformed") from None
        expected = hmac.digest(self._secret(), signed, "sha256").hex()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise TokenRefused("forged")
        if parameters["expiresAt"] < self._clock():
            raise TokenRefused("expired")
        if parameters["data"] != {"kind": kind, "epoch": epoch, "release": release}:
            raise TokenRefused("elsewhere")
        if not _solved(parameters, counter, derived):
            raise TokenRefused("forged")
        return expected[:32]

    def _secret(self) -> bytes:
        return hmac.digest(self._store.generation(), self._key, "sha256")


def _read(header: bytes) -> tuple[dict[str, Any], str, int, str]:
    """Parameters, signature, counter and derived key. Raises ValueError, TypeError, KeyError."""
    if len(header) > _HEADER_LIMIT:
        raise ValueError
    payload = json.loads(base64.b64decode(header, validate=True))
    challenge, solution = payload["challenge"], payload["solution"]
    parameters, signature = challenge["parameters"], challenge["signature"]
    counter, derived = solution["counter"], solution["derivedKey"]
    texts = type(signature) is str and signature.isascii() and type(derived) is str
    if not (texts and type(counter) is int and 0 <= counter < MOST_EFFORT):
        raise ValueError
    return parameters, signature, counter, derived


def _canonical(parameters: dict[str, Any]) -> bytes:
    """The text that ALTCHA signs: members in order of their names, no blanks."""
    data = parameters["data"]
    if parameters.keys() != _MEMBERS or data.keys() != {"kind", "epoch", "release"}:
        raise ValueError
    fixed = (parameters["algorithm"], parameters["cost"], parameters["keyLength"])
    numbers = (data["epoch"], data["release"], parameters["expiresAt"])
    if fixed != ("SHA-256", 1, 32) or any(type(one) is not int for one in numbers):
        raise ValueError
    random = (parameters["keyPrefix"], parameters["nonce"], parameters["salt"])
    if not all(_HEX16.fullmatch(one) for one in random):
        raise ValueError
    kind = data["kind"]
    if type(kind) is not str or not kind.isalpha() or not kind.isascii():
        raise ValueError
    prefix, nonce, salt = random
    return (
        f'{{"algorithm":"SHA-256","cost":1,"data":{{"epoch":{data["epoch"]},"kind":"{kind}",'
        f'"release":{data["release"]}}},"expiresAt":{parameters["expiresAt"]},"keyLength":32,'
        f'"keyPrefix":"{prefix}","nonce":"{nonce}","salt":"{salt}"}}'
    ).encode()


def _solved(parameters: dict[str, Any], counter: int, derived: str) -> bool:
    start = bytes.fromhex(parameters["salt"] + parameters["nonce"])
    found = sha256(start + struct.pack(">I", counter)).hexdigest()
    return found == derived and found.startswith(parameters["keyPrefix"])
