"""Giving a folder of an earlier version the key of the desk."""

from dataclasses import replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._create import new_key
from breachdesk.keys._custody import custody_of
from breachdesk.keys._sealing import sealing_public
from breachdesk.keys._unlock import Unlock


def add_desk_key(folder: Path, *, unlock: Unlock | None = None) -> bool:
    """Make the key that damage reports are sealed to, unless it is there; whether it was made.

    The folder stays under its custody. Raises `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """
    unlock = unlock or Unlock()
    with changing(folder) as change:
        document = change.document
        if "desk" in document.keeping.held:
            return False
        secret = new_key("desk")
        keys = {**change.read_all(unlock), "desk": secret}
        tell(folder, "keys.desk-made", {"keys": len(keys)})
        public = replace(document.public, desk=sealing_public(secret))
        change.keep(keys, custody_of(document.keeping, unlock), public)
    return True
