"""Making a key folder: whole or not at all."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from breachdesk.keys._files import (
    KEY_BYTES,
    PUBLIC_FILE,
    encode_key,
    key_file,
    sync_folder,
    write_private,
)
from breachdesk.keys._folder import KEY_NAMES, KeyFolder, open_folder
from breachdesk.keys._public import (
    OPRF_KINDS,
    OprfPublic,
    PublicKeys,
    check_epoch,
    encode_public,
    possession_context,
)
from breachdesk.keys._signing import check_origin, log_key, timestamp_key
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
    return open_folder(make_folder(folder, lambda new: _fill(new, origin, epoch)))


def make_folder(folder: str | os.PathLike[str], fill: Callable[[Path], None]) -> Path:
    """Make a private folder that `fill` writes into: whole or not at all. Errors as for create."""
    target = Path(os.path.abspath(folder))  # noqa: PTH100 (Path.resolve would follow a link)
    if os.path.lexists(target):
        raise KeyFolderExists
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        fill(scratch)
        _rename(scratch, target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    sync_folder(target.parent)
    return target


def _fill(folder: Path, origin: str, epoch: int) -> None:
    """Write all files of a new folder, and make them durable."""
    keys = _generate()
    for name, secret in keys.items():
        write_private(folder / key_file(name), encode_key(name, secret))
    write_private(folder / PUBLIC_FILE, encode_public(_public_keys(keys, origin, epoch)))
    sync_folder(folder)


def _generate() -> dict[str, bytes]:
    """32 new bytes for each key name: scalars for the OPRF keys, random bytes for the others."""
    return {
        name: generate_key_pair().secret
        if name.startswith("oprf-")
        else secrets.token_bytes(KEY_BYTES)
        for name in KEY_NAMES
    }


def _public_keys(keys: dict[str, bytes], origin: str, epoch: int) -> PublicKeys:
    """The public half of new keys."""
    oprf = {
        kind: OprfPublic(
            public_key(keys[f"oprf-{kind}"]),
            prove_possession(keys[f"oprf-{kind}"], possession_context(kind, epoch)),
        )
        for kind in OPRF_KINDS
    }
    log = log_key(origin, keys["log"])
    return PublicKeys(origin, epoch, oprf, log.vkey, timestamp_key(origin, keys["timestamp"]).vkey)


def _rename(scratch: Path, target: Path) -> None:
    """Put the folder in its place, which another run may have taken meanwhile."""
    try:
        scratch.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise KeyFolderExists from None
        raise
