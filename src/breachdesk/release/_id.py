"""The release id (PROTOCOL section 8.1)."""

import hmac
from collections.abc import Iterable

_LABEL = b"breachdesk/release/v1"


def release_id(
    key: bytes,
    number: int,
    source_digests: Iterable[bytes],
    mapping: bytes,
    incident: bytes,
    parameters: bytes,
) -> bytes:
    """32 bytes that bind everything that decides a release's bytes, under the release key.

    `source_digests` are SHA-256 digests in any order. OverflowError for what does not fit.
    """
    digests = sorted(source_digests)
    message = b"".join(
        (
            _LABEL,
            number.to_bytes(4, "big"),
            len(digests).to_bytes(2, "big"),
            *digests,
            len(mapping).to_bytes(4, "big"),
            mapping,
            len(incident).to_bytes(4, "big"),
            incident,
            len(parameters).to_bytes(2, "big"),
            parameters,
        )
    )
    return hmac.digest(key, message, "sha256")
