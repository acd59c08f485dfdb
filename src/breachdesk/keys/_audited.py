"""The audit log of a key folder: `audit.jsonl` in it. An event stands there before it takes effect.

So a change that was not told cannot happen; one that was told and then stopped by a kill may not
have happened, and is told again when it does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from breachdesk.audit import AuditError, AuditLog
from breachdesk.keys._actor import actor
from breachdesk.keys.errors import KeyAuditError

AUDIT_FILE: Final = "audit.jsonl"


def tell(folder: Path, event: str, facts: Mapping[str, str | int]) -> None:
    """Write an event of a key folder. Raises `KeyAuditError`: then nothing else may happen."""
    try:
        AuditLog(folder / AUDIT_FILE).record(event, actor(), facts)
    except AuditError as error:
        raise KeyAuditError(str(error)) from None
