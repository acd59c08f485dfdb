"""The audit log: who did what and when, one JSON object a line, each bound to the one before.

`encode`, `decode`, `check`, `digest` and `utc` are for a log that is kept elsewhere than in a file.
"""

from breachdesk.audit._log import AuditLog, head_of
from breachdesk.audit._read import Chain, read, verify
from breachdesk.audit._record import FIRST, Record, check, decode, digest, encode, utc
from breachdesk.audit.errors import AuditError

__all__ = [
    "FIRST",
    "AuditError",
    "AuditLog",
    "Chain",
    "Record",
    "check",
    "decode",
    "digest",
    "encode",
    "head_of",
    "read",
    "utc",
    "verify",
]
