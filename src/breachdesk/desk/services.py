"""What the public side does. Each action takes the actor first, checks, changes, and writes the
history of the case in the same transaction. None of them can open a case without its receipt."""

from breachdesk.desk._attach import GivenFile, attach, file_name, read_file
from breachdesk.desk._calls import make_call_proof, verify_call
from breachdesk.desk._case_services import (
    ask_recovery,
    mark_read,
    reply,
    reseal_receipt,
    withdraw,
    write_text,
)
from breachdesk.desk._history import record
from breachdesk.desk._opened import Opened, open_by_receipt, read_messages, read_texts
from breachdesk.desk._purge import Purged, purge
from breachdesk.desk._receive import receive
from breachdesk.desk._report import NewReport, Receipt
from breachdesk.desk._warnings import publish_warning, take_back_warning

__all__ = [
    "GivenFile",
    "NewReport",
    "Opened",
    "Purged",
    "Receipt",
    "ask_recovery",
    "attach",
    "file_name",
    "make_call_proof",
    "mark_read",
    "open_by_receipt",
    "publish_warning",
    "purge",
    "read_file",
    "read_messages",
    "read_texts",
    "receive",
    "record",
    "reply",
    "reseal_receipt",
    "take_back_warning",
    "verify_call",
    "withdraw",
    "write_text",
]
