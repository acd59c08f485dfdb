"""Asking a holder for batches (PROTOCOL section 10.3)."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

from breachdesk.keys import SigningKey, builder_key
from breachdesk.peers._holders import Holder
from breachdesk.peers._http import send
from breachdesk.peers.errors import PeerError
from breachdesk.voprf import PROOF_BYTES, BatchEvaluation
from breachdesk.wire import (
    BUILDER_HEADER,
    ELEMENT_BYTES,
    HTTP_PREFIX,
    NONCE_BYTES,
    BuilderStamp,
    batch_message,
    batch_path,
)

_SECONDS: Final = 60.0
#: Waits before another try where nothing came back or a store was out, in seconds.
_WAITS: Final = (0.5, 2.0, 5.0)
_TRIED_AGAIN: Final = (500, 502, 503, 504)
_SPENT: Final = 429


@dataclass(slots=True)
class BatchClient:
    """One holder, asked by a builder. It may be pickled; its connection is its process's own.

    `seed` is the builder's key, 32 bytes.
    """

    holder: Holder
    origin: str
    epoch: int
    seed: bytes = field(repr=False)
    _http: httpx.Client | None = field(default=None, repr=False)
    _signer: SigningKey | None = field(default=None, repr=False)

    def __getstate__(self) -> tuple[Holder, str, int, bytes]:
        """Neither the connection nor the opened key goes to another process."""
        return self.holder, self.origin, self.epoch, self.seed

    def __setstate__(self, state: tuple[Holder, str, int, bytes]) -> None:
        """The inverse."""
        self.holder, self.origin, self.epoch, self.seed = state
        self._http = self._signer = None

    def evaluate(self, kind: str, elements: Sequence[bytes]) -> BatchEvaluation:
        """The holder's answer, its length checked and its proof not. Raises `PeerError`.

        A failure of the network or of the holder's stores is tried again, freshly signed.
        """
        body = b"".join(elements)
        limit = len(body) + PROOF_BYTES
        for wait in (*_WAITS, None):
            try:
                status, answer = self._ask(kind, body, limit)
            except PeerError:
                if wait is None:
                    raise
            else:
                if status not in _TRIED_AGAIN or wait is None:
                    return self._read(status, answer, limit)
            time.sleep(wait or 0)
        raise AssertionError("the last try returns or raises")

    def _ask(self, kind: str, body: bytes, limit: int) -> tuple[int, bytes]:
        url = self.holder.url
        path = HTTP_PREFIX + batch_path(kind, self.epoch)
        if self._http is None or self._signer is None:
            self._http = httpx.Client(timeout=_SECONDS, follow_redirects=False)
            self._signer = builder_key(self.origin, self.seed)
        headers = {
            "Content-Type": "application/octet-stream",
            BUILDER_HEADER: self._stamp(self._signer, path, self.holder.publics[kind], body),
        }
        request = self._http.build_request("POST", url + path, content=body, headers=headers)
        return send(self._http, request, url, max(limit, 4096))

    @staticmethod
    def _stamp(signer: SigningKey, path: str, holder: bytes, body: bytes) -> str:
        now, nonce = int(time.time()), os.urandom(NONCE_BYTES)
        signature = signer.sign(batch_message(path, holder, now, nonce, body))
        return BuilderStamp(now, nonce, signature).encode()

    def _read(self, status: int, answer: bytes, expected: int) -> BatchEvaluation:
        if status == httpx.codes.OK and len(answer) == expected:
            return BatchEvaluation.decode(answer, (expected - PROOF_BYTES) // ELEMENT_BYTES)
        reason, fix = _refusal(status)
        raise PeerError(self.holder.url, reason, fix)


def _refusal(status: int) -> tuple[str, str]:
    known: dict[int, tuple[str, str]] = {
        200: ("answers with another length", "look whether a proxy changes its answers"),
        403: (
            "refuses our batches",
            (
                "give its operator the key that `breachdesk keys builder` prints, for its option "
                "--builder, and set the clocks of both machines"
            ),
        ),
        404: (
            "takes no batches for these keys",
            "ask its operator for `breachdesk evaluator --builder` with the share of this epoch",
        ),
        _SPENT: (
            "has spent what its keys may evaluate",
            "ask its operator for a larger budget, or go on when the next day's begins",
        ),
    }
    return known.get(status, (f"fails with status {status}", "look at its log, then build again"))
