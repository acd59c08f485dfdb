"""The end of a key epoch: a tombstone, old buckets deleted, keys and ledger destroyed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from breachdesk import wire
from breachdesk.ingest._ledger import default_folder, epoch_folder, erase_epoch
from breachdesk.ingest._ledger_view import ledger_bytes
from breachdesk.ingest.errors import RetireError
from breachdesk.keys import EPOCH_KEYS, Unlock, destroy, open_folder, tell
from breachdesk.release import (
    Manifest,
    Store,
    Tombstone,
    decode_entry,
    drop_buckets,
    encode_tombstone,
)

_REASON: Final = {
    "ko": "이 시기의 열쇠는 새 열쇠로 바뀌었고 폐기되었습니다.",
    "en": "The keys of this epoch were replaced by new ones and destroyed.",
}


@dataclass(frozen=True, slots=True)
class RetireRequest:
    """The key folder of the epoch that ends, and the folder of releases.

    `drop` also deletes the buckets of that epoch's releases. `ledger` is the ledger's folder, by
    default beside that of the releases. `clock` gives Unix seconds.
    """

    keys: Path
    releases: Path
    drop: bool = False
    unlock: Unlock | None = None
    ledger: Path | None = None
    clock: Callable[[], float] = field(default=time.time, repr=False)


@dataclass(frozen=True, slots=True)
class Retired:
    """What was done. `number` is the tombstone's in the log; `destroyed` are names of keys.

    `ledger_bytes` are those of the epoch's ledger, None if there is none.
    """

    epoch: int
    number: int
    dropped: tuple[int, ...]
    destroyed: tuple[str, ...]
    ledger_bytes: int | None


def retire_epoch(request: RetireRequest) -> Retired:
    """Publish the tombstone, delete buckets if asked, destroy the epoch's keys, then the ledger.

    Stopped at any point, it is run again and does what is left. Raises `RetireError` while a
    release of that epoch is in force, `BuildError` for a ledger of other releases, `StoreError`,
    `ReleaseError`, `KeysError` or `OSError`.
    """
    public = open_folder(request.keys, only=()).public
    with Store(request.releases).lock() as store:
        _check_replaced(store, public.origin, public.epoch)
        ledger = epoch_folder(request.ledger or default_folder(request.releases), public.epoch)
        size = ledger_bytes(ledger, request.releases)
        number = _tombstone_of(store, public.epoch) or _publish(request, store, public.epoch)
        dropped = drop_buckets(store, public.epoch) if request.drop else ()
        if size is not None:
            tell(request.keys, "ledger.destroyed", {"epoch": public.epoch, "bytes": size})
        destroyed = destroy(request.keys, EPOCH_KEYS)
        erase_epoch(ledger)
    return Retired(public.epoch, number, dropped, destroyed, size)


def _check_replaced(store: Store, origin: str, epoch: int) -> None:
    current = store.current()
    if current is None or current.checkpoint.origin != origin:
        raise RetireError(
            "these releases are not of the log of these keys",
            "name the folders that belong together",
        )
    if current.manifest.epoch == epoch:
        raise RetireError(
            f"release {current.number}, which is in force, is of epoch {epoch}",
            "make a new key set (keys rotate), build a release with it, then retire this one",
        )


def _tombstone_of(store: Store, epoch: int) -> int | None:
    """The number of the tombstone that an earlier run published."""
    for number in range(1, store.size + 1):
        found = decode_entry(store.read(wire.entry_path(number)))
        if not isinstance(found, Manifest) and found.retired == _name(epoch):
            return number
    return None


def _publish(request: RetireRequest, store: Store, epoch: int) -> int:
    keys = open_folder(request.keys, only=("log", "timestamp"), unlock=request.unlock)
    tell(request.keys, "keys.retired", {"epoch": epoch, "number": store.size + 1})
    with store.stage() as stage:
        tombstone = Tombstone(keys.origin, stage.number, _name(epoch), _REASON)
        now = int(request.clock())
        stage.publish(encode_tombstone(tombstone), keys.log, keys.timestamp, now)
        return stage.number


def _name(epoch: int) -> str:
    return f"epoch-{epoch}"
