"""The key of the ledger, for folders that were made without one or whose ledger was destroyed."""

from dataclasses import replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._create import new_key
from breachdesk.keys._custody import custody_of
from breachdesk.keys._document import Document
from breachdesk.keys._unlock import Unlock

_NAME = "ledger"


def make_ledger_key(folder: Path, *, unlock: Unlock | None = None) -> bool:
    """Make the key unless the folder has one; whether it was made.

    Raises `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """
    unlock = unlock or Unlock()
    with changing(folder) as change:
        keeping = change.document.keeping
        if _NAME in keeping.held:
            return False
        keys = {**change.read_all(unlock), _NAME: new_key(_NAME)}
        tell(folder, "keys.ledger-made", {"epoch": change.document.public.epoch})
        gone = tuple(name for name in keeping.destroyed if name != _NAME)
        document = Document(change.document.public, replace(keeping, destroyed=gone))
        replace(change, document=document).keep(keys, custody_of(keeping, unlock))
        return True
