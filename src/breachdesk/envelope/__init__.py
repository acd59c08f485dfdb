"""How a case is sealed: its key, the two wraps of it, receipts, keyed hashes. No Django, no file.

Whoever has the receipt opens his own case; whoever has the desk's private key opens every case;
who has the database alone opens none. ADR 15 says why.
"""

from breachdesk.envelope._case_key import CaseKey
from breachdesk.envelope._fingerprints import Fingerprinter
from breachdesk.envelope._receipt import (
    RECEIPT_DIGITS,
    SALT_BYTES,
    ReceiptKeys,
    grouped,
    normalise,
    receipt_from,
    stretch,
)
from breachdesk.envelope._wraps import (
    desk_public_key,
    open_for_desk,
    open_for_receipt,
    wrap_for_desk,
    wrap_for_receipt,
)
from breachdesk.envelope.errors import EnvelopeError, OpenError, ReceiptError

__all__ = [
    "RECEIPT_DIGITS",
    "SALT_BYTES",
    "CaseKey",
    "EnvelopeError",
    "Fingerprinter",
    "OpenError",
    "ReceiptError",
    "ReceiptKeys",
    "desk_public_key",
    "grouped",
    "normalise",
    "open_for_desk",
    "open_for_receipt",
    "receipt_from",
    "stretch",
    "wrap_for_desk",
    "wrap_for_receipt",
]
