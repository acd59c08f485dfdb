"""Another holder, asked in batches (PROTOCOL section 10.3), and what it publishes (10.2)."""

import os
import time
from dataclasses import dataclass, field
from typing import Final

import httpx

from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeysError, PublicKeys, SharePublic, SigningKey, check_possession
from breachdesk.voprf import PROOF_BYTES, BatchEvaluation, ElementError
from breachdesk.wire import (
    BUILDER_HEADER,
    ELEMENT_BYTES,
    HOLDER_LIMIT,
    HOLDER_PATH,
    HTTP_PREFIX,
    NONCE_BYTES,
    BuilderStamp,
    HolderDocument,
    WireError,
    batch_message,
    batch_path,
    elements_of,
)

_SECONDS: Final = 60.0
#: Tries after a network failure or a 5xx, with these waits between, in seconds.
_WAITS: Final = (0.5, 2.0, 5.0)
_RETRIED: Final = (500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class PeerSetting:
    """What a worker needs to ask a holder. `publics` are its share keys by kind."""

    url: str
    epoch: int
    publics: dict[str, bytes]
    signer: SigningKey = field(repr=False)
