"""Destroying keys: told, then forgotten in `folder.toml`, then overwritten and unlinked."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import Changing, changing
from breachdesk.keys._document import Document
from breachdesk.keys._names import EPOCH_KEYS, KEY_NAMES
from breachdesk.keys._public import PublicKeys
from breachdesk.keys.errors import KeyNotHeld


def destroy(folder: Path, names: Collection[str] = EPOCH_KEYS) -> tuple[str, ...]:
    """Destroy keys of a folder, by default those of its epoch; the names that were still there.

    What is destroyed already stays so. No secret is needed. Raises `KeyNotHeld` for a key that the
    folder never had (not by default), `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """
    with changing(folder) as change:
        keeping = change.document.keeping
        known = {*keeping.held, *keeping.destroyed}
        if names is not EPOCH_KEYS:
            for name in names:
                if name not in known:
                    raise KeyNotHeld(name)
        found = tuple(name for name in KEY_NAMES if name in names and name in keeping.held)
        if found:
            destroy_keys(change, found, change.document.public)
        return found


def destroy_keys(change: Changing, names: Collection[str], public: PublicKeys) -> None:
    """Destroy keys that the folder holds; `public` is what it says from then on."""
    keeping = change.document.keeping
    for name in names:
        tell(change.folder, "keys.destroyed", {"key": name, "epoch": public.epoch})
    gone = {*keeping.destroyed, *names}
    kept = replace(
        keeping,
        held=tuple(name for name in keeping.held if name not in gone),
        destroyed=tuple(name for name in KEY_NAMES if name in gone),
    )
    change.replace(Document(public, kept))
