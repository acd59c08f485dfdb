"""The body of C2SP tlog-witness's add-checkpoint (PROTOCOL section 9.5)."""

import base64
import re
from dataclasses import dataclass

from breachdesk.wire._limits import CHECKPOINT_LIMIT
from breachdesk.wire._strict import Strict

ADD_CHECKPOINT_PATH = "add-checkpoint"
SIZE_CONTENT_TYPE = "text/x.tlog.size"
"""Of a refusal that says which size the witness has."""
PROOF_LIMIT = 63
"""Hashes of a consistency proof, by C2SP."""
ADD_CHECKPOINT_LIMIT = CHECKPOINT_LIMIT + 64 * 45
"""Bytes of a body: the largest checkpoint, and a line of 45 bytes each for size and hashes."""

_STRICT = Strict("checkpoint")
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint for a witness, and the proof that it continues the one of `old` entries.

    `note` is opaque here: whoever receives it reads it as a checkpoint.
    """

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note

    @classmethod
    def decode(cls, data: bytes) -> "AddCheckpoint":
        """Raises WireError("checkpoint")."""
        if len(data) > ADD_CHECKPOINT_LIMIT:
            _STRICT.fail("body", f"more than {ADD_CHECKPOINT_LIMIT} bytes")
        head, gap, note = data.partition(b"\n\n")
        if not gap:
            _STRICT.fail("body", "no empty line before the checkpoint")
        try:
            first, *hashes = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            _STRICT.fail("body", "not ASCII before the checkpoint")
        old = _OLD.fullmatch(first)
        if old is None:
            _STRICT.fail("old size", "not `old` and a decimal number")
        if len(hashes) > PROOF_LIMIT:
            _STRICT.fail("proof", f"more than {PROOF_LIMIT} hashes")
        return cls(int(old[1]), tuple(_hash(one) for one in hashes), note)


def _hash(line: str) -> bytes:
    found = _STRICT.base64(line, "proof")
    if len(found) != _HASH_BYTES:
        _STRICT.fail("proof", "a hash that is not 32 bytes")
    return found
