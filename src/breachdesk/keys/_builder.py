"""The key that signs a builder's batches, for folders that were made without one."""

from dataclasses import replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._create import new_key
from breachdesk.keys._custody import custody_of
from breachdesk.keys._document import Document
from breachdesk.keys._signing import builder_key
from breachdesk.keys._unlock import Unlock


def builder_vkey(folder: Path, *, unlock: Unlock | None = None) -> str:
    """The public key of a folder's builder; made now if the folder has none. No key is read then.

    Raises `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """
    unlock = unlock or Unlock()
    with changing(folder) as change:
        public = change.document.public
        if public.builder is not None:
            return public.builder
        keys = {**change.read_all(unlock), "builder": new_key("builder")}
        vkey = builder_key(public.origin, keys["builder"]).vkey
        tell(folder, "keys.builder-made", {"epoch": public.epoch})
        document = Document(replace(public, builder=vkey), change.document.keeping)
        replace(change, document=document).keep(keys, custody_of(document.keeping, unlock))
        return vkey
