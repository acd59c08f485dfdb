"""Splitting the evaluator keys between two holders, so that neither can evaluate alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from breachdesk.keys._audited import tell
from breachdesk.keys._change import Changing, changing
from breachdesk.keys._create import absent, new_key, write_folder
from breachdesk.keys._custody import custody_of
from breachdesk.keys._destroy import destroy_keys
from breachdesk.keys._document import Document
from breachdesk.keys._names import HOLDER_KEYS, SPLIT_KINDS, SPLIT_NAMES
from breachdesk.keys._public import PublicKeys, SharePublic, possession_context
from breachdesk.keys._unlock import Unlock
from breachdesk.keys.errors import KeyFolderExists, SplitError
from breachdesk.voprf import prove_possession, public_key, split_secret

HOLDERS = 2


@dataclass(frozen=True, slots=True)
class SplitRequest:
    """Whole keys in `folder`, to be shared between two new folders.

    `builder` gets share 1 and every other key, and is kept as `folder` is; `holder` gets share 2
    and a challenge key of its own, in plain files until its holder seals them. Without `keep_whole`
    the whole evaluator keys are destroyed in `folder` once both shares are on disk.
    """

    folder: Path
    builder: Path
    holder: Path
    keep_whole: bool = False


def split(request: SplitRequest, *, unlock: Unlock | None = None) -> PublicKeys:
    """Share the keys `open` and `code`; what `folder.toml` of the whole says from now on.

    Raises `SplitError`, `KeyFolderExists`, `KeyBusy`, `KeyAuditError`, or as `open_folder`. A kill
    leaves the whole folder as it was until both share folders are in place.
    """
    unlock = unlock or Unlock()
    if absent(request.builder) == absent(request.holder):
        raise KeyFolderExists
    with changing(request.folder) as change:
        public = change.document.public
        if public.holders > 1:
            raise SplitError(
                "these keys are split already: rotate to a new key set to split them anew"
            )
        keys = change.read_all(unlock)
        shares = _shares(keys)
        new = _declare(public, shares)
        tell(request.folder, "keys.split", {"epoch": public.epoch, "holders": HOLDERS})
        _write_shares(request, change, unlock, new, keys, shares)
        change.replace(Document(new, change.document.keeping))
        if not request.keep_whole:
            destroy_keys(change, SPLIT_NAMES, new)
        return new


def _shares(keys: Mapping[str, bytes]) -> dict[str, list[bytes]]:
    missing = [name for name in SPLIT_NAMES if name not in keys]
    if missing:
        raise SplitError(
            f"this folder does not hold {', '.join(missing)}: name the folder with the whole keys"
        )
    return {kind: split_secret(keys[f"oprf-{kind}"], HOLDERS) for kind in SPLIT_KINDS}


def _declare(public: PublicKeys, shares: Mapping[str, list[bytes]]) -> PublicKeys:
    """The public values with each share's key and proof of possession."""
    oprf = dict(public.oprf)
    for kind, secrets in shares.items():
        context = possession_context(kind, public.epoch)
        oprf[kind] = replace(
            oprf[kind],
            shares=tuple(
                SharePublic(public_key(one), prove_possession(one, context)) for one in secrets
            ),
        )
    return replace(public, oprf=oprf)


def _write_shares(
    request: SplitRequest,
    change: Changing,
    unlock: Unlock,
    public: PublicKeys,
    keys: Mapping[str, bytes],
    shares: Mapping[str, list[bytes]],
) -> None:
    first, second = (
        {f"oprf-{kind}": secrets[index] for kind, secrets in shares.items()}
        for index in range(HOLDERS)
    )
    event = "keys.share-made"
    holder = {"token": new_key("token"), **second}
    write_folder(
        request.holder,
        replace(public, share=2, builder=None, desk=None),
        {name: holder[name] for name in HOLDER_KEYS},
        None,
        (event, {"epoch": public.epoch, "share": 2}),
    )
    write_folder(
        request.builder,
        replace(public, share=1),
        {**keys, **first},
        custody_of(change.document.keeping, unlock),
        (event, {"epoch": public.epoch, "share": 1}),
    )
