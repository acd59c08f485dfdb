"""Bringing checkpoints to witnesses, and their cosignatures home (PROTOCOL section 9.5)."""

import logging
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from breachdesk import wire
from breachdesk.release import (
    MOST_WITNESSES,
    TIMESTAMP_TYPE,
    Checkpoint,
    ReleaseError,
    Store,
    StoreError,
    VKey,
    answered_cosignature,
    consistency_proof,
    cosigned_at,
    open_history_note,
    parse_note,
    read_leaves,
    without_cosignatures,
)
from breachdesk.serving.errors import NotWitnessed, ServeError

RENEW_SECONDS: Final = 12 * 3600
_LOOK_SECONDS: Final = 2.0
_LONGEST_WAIT: Final = 300.0
_URL: Final = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*)?")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness takes checkpoints, and its key as obtained from the witness."""

    url: str
    key: VKey

    @classmethod
    def parse(cls, text: str) -> "WitnessAddress":
        """From "URL VKEY". Raises `ServeError`."""
        url, _, vkey = text.strip().partition(" ")
        try:
            key = VKey.parse(vkey.strip())
        except ReleaseError:
            key = None
        if key is None or key.kind != TIMESTAMP_TYPE or _URL.fullmatch(url) is None:
            raise ServeError(
                "--witness: give the witness's address and its key in one, as in "
                '"https://witness.example.net witness.example.net/w1+<id>+<base64>"; '
                "`witness new` printed the key to whoever runs the witness"
            )
        return cls(url.rstrip("/"), key)


def parse_witnesses(texts: Sequence[str]) -> tuple[WitnessAddress, ...]:
    """Each as `WitnessAddress.parse`; raises `ServeError` for one too many and for one twice."""
    found = tuple(WitnessAddress.parse(text) for text in texts)
    if len(found) > MOST_WITNESSES:
        raise ServeError(f"--witness: at most {MOST_WITNESSES} find room in a checkpoint")
    if len({one.key.name for one in found}) != len(found):
        raise ServeError("--witness: a witness stands twice")
    return found


class Courier:
    """Brings the checkpoint of a store to one witness. `kept` are keys whose lines never go."""

    def __init__(
        self, store: Store, log: VKey, witness: WitnessAddress, kept: Sequence[VKey]
    ) -> None:
        self.witness = witness
        self._store = store
        self._log = log
        self._kept = kept
        self._size = 0

    def due(self, now: float) -> bool:
        """Whether the checkpoint lacks this witness, or has a cosignature that grows old."""
        if self._store.checkpoint() is None:
            return False
        try:
            found = cosigned_at(self._store.read(wire.CHECKPOINT_PATH), self.witness.key)
        except ReleaseError:
            return True
        return found is None or now - found >= RENEW_SECONDS

    def bring(self, now: float) -> int:
        """Submit the checkpoint, and merge the cosignature. When it was witnessed.

        Raises `NotWitnessed`, `ReleaseError` or `StoreError`.
        """
        text = self._store.read(wire.CHECKPOINT_PATH)
        checkpoint = open_history_note(text, self._log, ()).checkpoint
        path = wire.leaves_path(checkpoint.size)
        leaves = read_leaves(self._store.read(path), checkpoint) if checkpoint.size else ()
        note = without_cosignatures(text, self._log)
        with httpx.Client(timeout=wire.WAIT_SECONDS, follow_redirects=False) as http:
            answer = self._submit(http, note, checkpoint, leaves)
        try:
            line = answered_cosignature(note, answer, self.witness.key, now)
        except ReleaseError as error:
            raise NotWitnessed(f"its answer does not hold: {error.detail}") from None
        self._size = checkpoint.size
        body = parse_note(note).body
        if not self._store.add_cosignature(body, line, self.witness.key, self._kept):
            raise NotWitnessed("a newer release was published meanwhile")
        return int.from_bytes(line.data[:8], "big")

    def _submit(
        self, http: httpx.Client, note: bytes, checkpoint: Checkpoint, leaves: Sequence[bytes]
    ) -> bytes:
        """The answer to the proof from the size that the witness has; it says which, if asked."""
        for _ in range(2):
            old = min(self._size, checkpoint.size)
            request = wire.AddCheckpoint(old, consistency_proof(leaves, old), note)
            status, kind, answer = self._post(http, request.encode())
            if status == httpx.codes.OK:
                return answer
            if status != httpx.codes.CONFLICT:
                raise NotWitnessed(_REASONS.get(status, f"it answered with status {status}"))
            found = _SIZE.fullmatch(answer) if kind == wire.SIZE_CONTENT_TYPE else None
            if found is None:
                raise NotWitnessed("it has another history of this log: an alarm stands there")
            self._size = int(found[1])
            if self._size > checkpoint.size:
                raise NotWitnessed(
                    f"it has seen {self._size} entries, and this folder has {checkpoint.size}: "
                    "restore the folder from a copy"
                )
        raise NotWitnessed("it changed its size twice")

    def _post(self, http: httpx.Client, body: bytes) -> tuple[int, str, bytes]:
        url = f"{self.witness.url}/{wire.ADD_CHECKPOINT_PATH}"
        headers = {"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"}
        try:
            with http.stream("POST", url, content=body, headers=headers) as response:
                answer = bytearray()
                for chunk in response.iter_raw():
                    answer += chunk
                    if len(answer) > wire.CHECKPOINT_LIMIT:
                        raise NotWitnessed("its answer is too long")
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
                return response.status_code, kind, bytes(answer)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NotWitnessed(f"it does not answer ({type(error).__name__})") from None


_REASONS: Final = {
    403: "it knows another key of this log",
    404: "it does not follow this log",
    422: "it refuses the proof: its history and this folder's are not the same",
    503: "it cannot cosign now, or an alarm stands there",
}


def couriers(store: Store, log: VKey, own: VKey, texts: Sequence[str]) -> tuple[Courier, ...]:
    """One for each witness. Raises `ServeError`."""
    witnesses = parse_witnesses(texts)
    kept = (log, own, *(one.key for one in witnesses))
    return tuple(Courier(store, log, one, kept) for one in witnesses)


def carry(courier: Courier, stop: threading.Event) -> None:
    """Bring what is due until `stop`; after a failure wait twice as long each time."""
    wait, said, name = 0.0, "", courier.witness.key.name
    while not stop.is_set():
        try:
            if courier.due(time.time()):
                courier.bring(time.time())
            if said:
                logger.warning("witness %s: cosigns again", name)
            wait, said = 0.0, ""
        except (NotWitnessed, ReleaseError, StoreError, OSError) as error:
            wait = min(_LONGEST_WAIT, max(_LOOK_SECONDS, 2 * wait))
            if str(error) != said:
                logger.warning("witness %s: not witnessed: %s", name, error)
            said = str(error)
        stop.wait(max(wait, _LOOK_SECONDS))
