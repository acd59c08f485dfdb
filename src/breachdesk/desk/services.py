"""What the public side does. Each action takes the actor first, checks, changes, and writes the
history of the case in the same transaction. None of them can open a case without its receipt."""

from breachdesk.desk._calls import make_call_proof, verify_call
from breachdesk.desk._case_services import (
    ask_recovery,
    reply,
    reseal_receipt,
    withdraw,
    write_text,
)
from breachdesk.desk._history import record
from breachdesk.desk._opened import Opened, open_by_receipt, read_messages, read_texts
from breachdesk.desk._receive import receive
from breachdesk.desk._report import NewReport, Receipt

__all__ = [
    "NewReport",
    "Opened",
    "Receipt",
    "ask_recovery",
    "make_call_proof",
    "open_by_receipt",
    "read_messages",
    "read_texts",
    "receive",
    "record",
    "reply",
    "reseal_receipt",
    "verify_call",
    "withdraw",
    "write_text",
]
