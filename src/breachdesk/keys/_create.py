"""Making a key folder: whole or not at all."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import write_keys
from breachdesk.keys._custody import Custody
from breachdesk.keys._document import Document, Keeping, encode
from breachdesk.keys._files import KEY_BYTES, PUBLIC_FILE, sync_folder, write_private
from breachdesk.keys._folder import KeyFolder, open_folder
from breachdesk.keys._names import KEY_NAMES, OPRF_NAMES
from breachdesk.keys._public import (
    OPRF_KINDS,
    OprfPublic,
    PublicKeys,
    check_epoch,
    possession_context,
)
from breachdesk.keys._sealing import sealing_public
from breachdesk.keys._signing import builder_key, check_origin, log_key, timestamp_key
from breachdesk.keys.errors import KeyFolderExists
from breachdesk.voprf import generate_key_pair, prove_possession, public_key


def create(folder: str | os.PathLike[str], *, origin: str, epoch: int = 1) -> KeyFolder:
    """Make every key anew in `folder`, which must not exist, and open it.

    The folder is written beside its place under another name, synced, and renamed: a killed run
    leaves no folder of that name. Proofs of possession are made here, once, because their nonce is
    random and releases are not.

    Raises `KeyFolderExists`, `InvalidParameter`, or `OSError` when the parent cannot be written.
    """
    check_origin(origin)
    check_epoch(epoch)
    keys = {name: new_key(name) for name in KEY_NAMES}
    public = public_keys(keys, origin, epoch)
    target = write_folder(Path(folder), public, keys, None, ("keys.made", {"epoch": epoch}))
    return open_folder(target)


def write_folder(
    folder: Path,
    public: PublicKeys,
    keys: Mapping[str, bytes],
    custody: Custody | None,
    event: tuple[str, Mapping[str, str | int]],
) -> Path:
    """A new key folder with its first audit record, complete when it gets its name; its path.

    Raises `KeyFolderExists`, `KeyLocked`, `KeyAuditError` or `OSError`; nothing is left then.
    """

    def fill(scratch: Path) -> None:
        write_keys(scratch, keys, custody)
        keeping = Keeping(
            custody="plain" if custody is None else custody.name,
            held=tuple(name for name in KEY_NAMES if name in keys),
            token=None if custody is None else custody.token,
        )
        write_private(scratch / PUBLIC_FILE, encode(Document(public, keeping)))
        tell(scratch, *event)
        sync_folder(scratch)

    return make_folder(folder, fill)


def make_folder(folder: str | os.PathLike[str], fill: Callable[[Path], None]) -> Path:
    """Make a private folder that `fill` writes into: whole or not at all. Errors as for create."""
    target = absent(Path(folder))
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        fill(scratch)
        _rename(scratch, target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    sync_folder(target.parent)
    return target


def absent(folder: Path) -> Path:
    """The absolute path of a folder that must not exist; raises `KeyFolderExists`."""
    target = Path(os.path.abspath(folder))  # noqa: PTH100 (Path.resolve would follow a link)
    if os.path.lexists(target):
        raise KeyFolderExists
    return target


def new_key(name: str) -> bytes:
    """32 new bytes: a scalar for an OPRF key, random bytes for any other."""
    return generate_key_pair().secret if name in OPRF_NAMES else secrets.token_bytes(KEY_BYTES)


def public_keys(keys: Mapping[str, bytes], origin: str, epoch: int) -> PublicKeys:
    """The public half of new whole keys."""
    oprf = {
        kind: OprfPublic(
            public_key(keys[f"oprf-{kind}"]),
            prove_possession(keys[f"oprf-{kind}"], possession_context(kind, epoch)),
        )
        for kind in OPRF_KINDS
    }
    return PublicKeys(
        origin,
        epoch,
        oprf,
        log_key(origin, keys["log"]).vkey,
        timestamp_key(origin, keys["timestamp"]).vkey,
        builder_key(origin, keys["builder"]).vkey if "builder" in keys else None,
        desk=sealing_public(keys["desk"]) if "desk" in keys else None,
    )


def _rename(scratch: Path, target: Path) -> None:
    """Put the folder in its place, which another run may have taken meanwhile."""
    try:
        scratch.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise KeyFolderExists from None
        raise
