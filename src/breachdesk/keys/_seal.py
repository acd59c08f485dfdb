"""Moving a folder from one custody to another."""

from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._custody import Custody
from breachdesk.keys._unlock import Unlock
from breachdesk.keys.errors import KeyLocked


def seal(folder: Path, custody: Custody, *, unlock: Unlock | None = None) -> None:
    """Seal a folder, plain or sealed otherwise until now. Opened with `unlock` if it is sealed.

    The plain files are overwritten and removed once the sealed ones are in force. Raises as
    `open_folder`, and `KeyBusy` or `KeyAuditError`.
    """
    with changing(folder) as change:
        keys = change.read_all(unlock or Unlock())
        tell(folder, "keys.sealed", {"custody": custody.name, "keys": len(keys)})
        change.keep(keys, custody)


def unseal(folder: Path, *, unlock: Unlock | None = None) -> None:
    """Keep a sealed folder's keys in plain files from now on. Raises as `seal`."""
    with changing(folder) as change:
        if change.document.keeping.custody == "plain":
            raise KeyLocked("it is not sealed at all", "there is nothing to do")
        keys = change.read_all(unlock or Unlock())
        tell(folder, "keys.unsealed", {"custody": "plain", "keys": len(keys)})
        change.keep(keys, None)
