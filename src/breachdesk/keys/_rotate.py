"""A new key set for the same log: the next epoch."""

from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._create import absent, new_key, public_keys, write_folder
from breachdesk.keys._custody import custody_of
from breachdesk.keys._folder import KeyFolder, open_folder, read_keys
from breachdesk.keys._names import EPOCH_KEYS, LASTING_KEYS, LATER_KEYS
from breachdesk.keys._unlock import Unlock


def rotate(folder: Path, into: Path, *, unlock: Unlock | None = None) -> KeyFolder:
    """Make `into`, the key folder of the next epoch, and open it; `folder` stays as it is.

    LASTING_KEYS are the same there, EPOCH_KEYS are new and whole (split them with `split`), and it
    is kept as `folder` is. Raises `KeyNotHeld` for a holder's folder, `KeyFolderExists`, `KeyBusy`,
    `KeyAuditError`, `InvalidParameter`, or as `open_folder`.
    """
    unlock = unlock or Unlock()
    absent(into)
    with changing(folder) as change:
        public, keeping = change.document.public, change.document.keeping
        names = [name for name in LASTING_KEYS if name not in LATER_KEYS or name in keeping.held]
        keys = read_keys(change.private, keeping, names, unlock)
        keys |= {name: new_key(name) for name in EPOCH_KEYS}
        for name in LATER_KEYS:
            keys.setdefault(name, new_key(name))
        epoch = public.epoch + 1
        new = public_keys(keys, public.origin, epoch)
        tell(folder, "keys.rotated", {"epoch": public.epoch, "to": epoch})
        custody = custody_of(keeping, unlock)
        made = ("keys.made", {"epoch": epoch, "from": public.epoch})
        write_folder(into, new, keys, custody, made)
    return open_folder(into, unlock=unlock)
