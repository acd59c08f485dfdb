"""Running a process as another user, for a supervisor that was started as root."""

import os
import pwd
from dataclasses import dataclass

from breachdesk.serving.errors import ServeError


@dataclass(frozen=True, slots=True)
class RunAs:
    """A user and its group; no supplementary groups are kept."""

    name: str
    uid: int
    gid: int


def run_as(name: str | None, option: str) -> RunAs | None:
    """The user of an option, None where none was asked for. Raises `ServeError` naming `option`."""
    if name is None:
        return None
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise ServeError(
            f"{option}: there is no user of that name: make one, as with useradd --system"
        ) from None
    if os.geteuid() not in (0, found.pw_uid):
        raise ServeError(
            f"{option}: only root can run processes as another user: start as root, or give each "
            "process a unit of its own (OPERATIONS has them)"
        )
    if found.pw_uid == 0:
        raise ServeError(f"{option}: name a user other than root")
    return RunAs(name, found.pw_uid, found.pw_gid)
