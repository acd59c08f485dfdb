"""Where things are in a release folder (PROTOCOL section 8.4), and what beside them is private."""

import re
from pathlib import Path

from breachdesk import wire
from breachdesk.release.errors import StoreError

PUBLIC_PATH = re.compile(
    r"checkpoint|releases/[0-9]{6}/(entry\.json|leaves|checkpoint|buckets/[0-9a-f]{8})"
)
RELEASE_NAME = re.compile(r"[0-9]{6}")
RELEASES = "releases"
BUCKETS = "buckets"
ENTRY, LEAVES, CHECKPOINT = "entry.json", "leaves", "checkpoint"
INCIDENTS = "incidents"
LOCK = ".lock"
CHECKPOINT_LOCK = ".checkpoint.lock"
CHECKPOINT_NEW = ".checkpoint.new"
STAGING = ".staging"
BUILDING = ".building"
"""What an interrupted build goes on from, sealed."""

PUBLISHING = ".publishing"
"""Holds the number of the release between its rename into place and the checkpoint's."""

MIRROR = ".mirror"
"""What a mirror has fetched and not put in its place yet."""

PRIVATE = frozenset(
    {INCIDENTS, LOCK, CHECKPOINT_LOCK, CHECKPOINT_NEW, STAGING, BUILDING, PUBLISHING, MIRROR}
)
TOP = frozenset({wire.CHECKPOINT_PATH, RELEASES}) | PRIVATE


def check_is_release_folder(folder: Path) -> None:
    """Refuse to make releases among somebody's other files: StoreError."""
    if folder.is_dir():
        names = {one.name for one in folder.iterdir()}
        if not names or names & {wire.CHECKPOINT_PATH, RELEASES, LOCK}:
            return
    elif not folder.exists():
        return
    raise StoreError(
        "not-a-release-folder",
        "this is no folder of releases, and it is not empty",
        "name an empty folder, or one that does not exist yet",
    )


def published_numbers(folder: Path) -> list[int]:
    """The numbers of the release folders that are there, in order."""
    releases = folder / RELEASES
    if not releases.is_dir():
        return []
    names = (one.name for one in releases.iterdir())
    return sorted(int(name) for name in names if RELEASE_NAME.fullmatch(name))
