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

#: The public values of a folder with a new key, from those of before and the secret.
_Add = Callable[[PublicKeys, bytes], PublicKeys]


def builder_vkey(folder: Path, *, unlock: Unlock | None = None) -> str:
    """The public key of a folder's builder; made now if the folder has none. No key is read then.

    Raises `KeyBusy`, `KeyAuditError`, or as `open_folder`.
    """

    def add(public: PublicKeys, secret: bytes) -> PublicKeys:
        return replace(public, builder=builder_key(public.origin, secret).vkey)

    return str(_ensured(folder, "builder", unlock, add)[0].builder)


def rejects_public(folder: Path, *, unlock: Unlock | None = None) -> bytes:
    """The key that rejected rows are sealed to; made now if the folder has none.

    Raises `KeyNotHeld` for a holder's folder, which never builds, and as `builder_vkey`.
    """

    def add(public: PublicKeys, secret: bytes) -> PublicKeys:
        if public.builder is None and public.share > 1:
            raise KeyNotHeld("rejects")
        return replace(public, rejects=sealing_public(secret))

    return bytes(_ensured(folder, "rejects", unlock, add)[0].rejects or b"")


def add_desk_key(folder: Path, *, unlock: Unlock | None = None) -> bool:
    """Make the key that damage reports are sealed to, unless it is there; whether it was made.

    Raises as `builder_vkey`.
    """

    def add(public: PublicKeys, secret: bytes) -> PublicKeys:
        return replace(public, desk=sealing_public(secret))

    return _ensured(folder, "desk", unlock, add)[1]


def make_ledger_key(folder: Path, *, unlock: Unlock | None = None) -> bool:
    """Make the key of the ledger, unless it is there; whether it was made. A folder also lacks it
    whose ledger was destroyed.

    Raises as `builder_vkey`.
    """
    return _ensured(folder, "ledger", unlock, lambda public, _: public)[1]


def _ensured(folder: Path, name: str, unlock: Unlock | None, add: _Add) -> tuple[PublicKeys, bool]:
    """The public values of a folder that has the key from now on, and whether it was made."""
    unlock = unlock or Unlock()
    with changing(folder) as change:
        public, keeping = change.document.public, change.document.keeping
        if name in keeping.held or getattr(public, name, None) is not None:
            return public, False
        secret = new_key(name)
        new = add(public, secret)
        keys = {**change.read_all(unlock), name: secret}
        tell(folder, f"keys.{name}-made", {"epoch": public.epoch})
        gone = tuple(one for one in keeping.destroyed if one != name)
        document = Document(new, replace(keeping, destroyed=gone))
        replace(change, document=document).keep(keys, custody_of(keeping, unlock))
        return new, True
