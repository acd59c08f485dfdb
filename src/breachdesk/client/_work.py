"""Proof of work (PROTOCOL section 10.1): what an evaluator asks of whoever asks it."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from breachdesk import wire
from breachdesk.client.errors import CheckError, RefusedError

MOST_COUNTERS = 2**22
_PARAMETERS = (
    "algorithm",
    "nonce",
    "salt",
    "cost",
    "keyLength",
    "keyPrefix",
    "expiresAt",
    "data",
)
_FIXED = {"algorithm": "SHA-256", "cost": 1, "keyLength": 32}
_STRICT = wire.Strict("token")


class Asker(Protocol):
    """What `client.Fetch` is, as far as it is needed here."""

    def get(self, url: str, limit: int, reason: str) -> bytes: ...
    def post(
        self,
        url: str,
        body: bytes,
        limit: int,
        reason: str,
        *,
        token: bytes | None = None,
        content_type: str = ...,
        status: int = ...,
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class WorkHost:
    """A host whose base URL is `base`, that wants a proof of work for each request of a kind."""

    transport: Asker
    base: str
    kind: str
    epoch: int

    def post(self, url: str, body: bytes, limit: int, reason: str, **more: Any) -> bytes:
        """Post with a solved challenge; with another one, once, if that is refused (10.1).

        Raises wire.WireError(`token`) as `solve`, CheckError(`token`) for the second refusal, and
        whatever the transport raises.
        """
        for _ in range(2):
            try:
                return self.transport.post(url, body, limit, reason, token=self._token(), **more)
            except RefusedError as error:
                if error.problem != "proof-of-work":
                    raise
        raise CheckError("token", "the proof of work was refused twice")

    def _token(self) -> bytes:
        path = wire.challenge_path(self.kind, self.epoch)
        url = f"{self.base}{wire.HTTP_PREFIX}{path}"
        challenge = self.transport.get(url, wire.CHALLENGE_LIMIT, "token")
        return solve(challenge, self.kind, self.epoch)


def solve(challenge: bytes, kind: str, epoch: int) -> bytes:
    """The value of the header for one request of this kind and epoch.

    Raises wire.WireError(`token`) for a challenge that is not as the protocol says, or has no
    solution. What is asked takes no part in it.
    """
    received = wire.loads(challenge, limit=wire.CHALLENGE_LIMIT, code="token")
    parameters = _parameters(received, kind, epoch)
    prefix = _STRICT.hex(parameters["keyPrefix"], "keyPrefix", 16)
    salt = _STRICT.hex(parameters["salt"], "salt", 16)
    nonce = _STRICT.hex(parameters["nonce"], "nonce", 16)
    counter, derived = _search(salt + nonce, prefix)
    solution = {"counter": counter, "derivedKey": derived}
    return base64.b64encode(wire.dumps({"challenge": received, "solution": solution}))


def _search(start: bytes, prefix: bytes) -> tuple[int, str]:
    """The first counter whose hash begins so, and that hash."""
    started = sha256(start)
    for counter in range(MOST_COUNTERS):
        tried = started.copy()
        tried.update(counter.to_bytes(4, "big"))
        if tried.digest().startswith(prefix):
            return counter, tried.hexdigest()
    return _STRICT.fail("challenge", "no counter solves it")


def _parameters(received: Any, kind: str, epoch: int) -> dict[str, Any]:
    top = _STRICT.object(received, "challenge", ("parameters", "signature"))
    _STRICT.hex(top["signature"], "signature", 32)
    parameters = _STRICT.object(top["parameters"], "parameters", _PARAMETERS)
    for name, value in _FIXED.items():
        if type(parameters[name]) is not type(value) or parameters[name] != value:
            _STRICT.fail(name, "not as the protocol says")
    _STRICT.integer(parameters["expiresAt"], "expiresAt", 1)
    data = _STRICT.object(parameters["data"], "data", ("kind", "epoch", "release"))
    _STRICT.integer(data["release"], "release", 0)
    if data["kind"] != kind or _STRICT.integer(data["epoch"], "epoch", 1) != epoch:
        _STRICT.fail("data", "for something else")
    return parameters
