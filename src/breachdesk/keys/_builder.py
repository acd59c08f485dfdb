"""Keys that folders of earlier versions lack: made when they are first asked for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import changing
from breachdesk.keys._create import new_key
from breachdesk.keys._custody import custody_of
from breachdesk.keys._document import Document
from breachdesk.keys._public import PublicKeys
from breachdesk.keys._signing import builder_key
from breachdesk.keys._unlock import Unlock
from breachdesk.keys._wrap import sealing_public
from breachdesk.keys.errors import KeyNotHeld


def builder_vkey(folder: Path, *, unlock: Unlock | None = None) -> str:
    """The public key of a folder's builder; made now if the folder has none. No key is read then.

    Raises `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """

    def add(public: PublicKeys, secret: bytes) -> PublicKeys:
        return replace(public, builder=builder_key(public.origin, secret).vkey)

    public = _ensured(folder, "builder", unlock, lambda public: public.builder is not None, add)
    return str(public.builder)


def rejects_public(folder: Path, *, unlock: Unlock | None = None) -> bytes:
    """The key that rejected rows are sealed to; made now if the folder has none.

    Raises `KeyNotHeld` for a holder's folder, which never builds, and as `builder_vkey`.
    """

    def add(public: PublicKeys, secret: bytes) -> PublicKeys:
        if public.builder is None and public.share > 1:
            raise KeyNotHeld("rejects")
        return replace(public, rejects=sealing_public(secret))

    public = _ensured(folder, "rejects", unlock, lambda public: public.rejects is not None, add)
    return bytes(public.rejects or b"")


def _ensured(
    folder: Path,
    name: str,
    unlock: Unlock | None,
    has: Callable[[PublicKeys], bool],
    add: Callable[[PublicKeys, bytes], PublicKeys],
) -> PublicKeys:
    """The public values of a folder that has the key from now on."""
    unlock = unlock or Unlock()
    with changing(folder) as change:
        public = change.document.public
        if has(public):
            return public
        secret = new_key(name)
        new = add(public, secret)
        keys = {**change.read_all(unlock), name: secret}
        tell(folder, f"keys.{name}-made", {"epoch": public.epoch})
        document = Document(new, change.document.keeping)
        replace(change, document=document).keep(keys, custody_of(document.keeping, unlock))
        return new
