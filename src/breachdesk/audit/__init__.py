"""The audit log: who did what and when, one JSON object a line, each bound to the one before."""

from breachdesk.audit._log import AuditLog, head_of
from breachdesk.audit._read import Chain, read, verify
from breachdesk.audit._record import Record
from breachdesk.audit.errors import AuditError

__all__ = ["AuditError", "AuditLog", "Chain", "Record", "head_of", "read", "verify"]
