"""Opening what a build needs: keys, and the ledger that goes with them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breachdesk.incident import Incident
from breachdesk.ingest._evaluators import kinds_of
from breachdesk.ingest._history import release_ids
from breachdesk.ingest._ledger import Ledger, default_folder, epoch_folder
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import KeyDestroyed, KeyFolder, KeyNotHeld, Unlock, open_folder
from breachdesk.release import Store

#: What makes a release of part sets.
RELEASE_KEYS = ("log", "timestamp", "release", "padding", "claim")


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """Which keys of a folder, and what opens it."""

    folder: Path
    unlock: Unlock | None
    names: tuple[str, ...]

    def open(self) -> KeyFolder:
        """The folder with these keys. Raises `KeysError`; `BuildError` if the ledger's is gone."""
        try:
            return open_folder(self.folder, only=self.names, unlock=self.unlock)
        except (KeyNotHeld, KeyDestroyed) as error:
            if error.key != "ledger":
                raise
            gone = isinstance(error, KeyDestroyed)
            raise BuildError(
                "ledger",
                "The key of the ledger was destroyed: what earlier builds had kept is gone."
                if gone
                else "This key folder was made before there were ledgers.",
                "Make a key for one (breachdesk keys ledger DIR), or leave the ledger out "
                "(--no-ledger); either way give all files of the incident.",
            ) from None


def build_keys(
    incident: Incident, *, remote: bool, ledger: bool, rejects: bool = False
) -> tuple[str, ...]:
    """The keys that an incident's build needs; `remote`: to ask other holders too.

    `rejects`: to read rejected rows.
    """
    kinds = (f"oprf-{kind}" for kind in kinds_of(incident.lookups))
    more = (
        ("letter", has_letters(incident)),
        ("builder", remote),
        ("ledger", ledger),
        ("rejects", rejects),
    )
    return (*kinds, *RELEASE_KEYS, "subject", *(name for name, needed in more if needed))


def has_letters(incident: Incident) -> bool:
    """Whether somebody may ask by a code that came in a letter."""
    return any("letter" in lookup.channels for lookup in incident.lookups)


@contextlib.contextmanager
def open_ledger(
    folder: Path | None, releases: Path, store: Store, keys: KeyFolder
) -> Iterator[Ledger]:
    """The ledger of these keys, locked. Raises `BuildError`, `OSError` or as `Store`."""
    place = (folder or default_folder(releases)).absolute()
    inside = releases.resolve()
    if place.resolve() == inside or inside in place.resolve().parents:
        raise BuildError(
            "ledger",
            "The ledger folder is inside the folder of releases, which is served.",
            "Name one elsewhere (--ledger).",
        )
    current = store.current()
    ledger = Ledger(epoch_folder(place, keys.epoch), keys.origin, keys.ledger)
    with ledger.lock():
        ledger.check_belongs(release_ids(store), current.manifest.release_id if current else None)
        yield ledger
