"""Where the file of a build's rejected rows goes: never where it would be served."""

import os
from pathlib import Path

from breachdesk.ingest._request import BuildRequest
from breachdesk.ingest.errors import BuildError


def rejects_path(request: BuildRequest, number: int, incident: str | None) -> Path:
    """The file of release `number`; its folder is there or can be made. Raises `BuildError`.

    With `incident`, the release is made by several builds: the file is that of one of them.
    """
    releases = Path(os.path.abspath(request.releases))  # noqa: PTH100 (a link keeps its name)
    if request.rejects is None:
        return releases.with_name(f"{releases.name}-rejects") / (
            f"{number:06d}-{incident}.sealed" if incident else f"{number:06d}.sealed"
        )
    path = request.rejects.absolute()
    if path.resolve().is_relative_to(releases.resolve()):
        raise _error(
            "The file for the rejected rows would be in the releases folder, which is served.",
            "Name a place outside of it, or leave out --rejects.",
        )
    if os.path.lexists(path):
        raise _error(
            "The file for the rejected rows exists already.",
            "Name a new one: what an earlier build rejected may be in it.",
        )
    if not path.parent.is_dir():
        raise _error(
            "The folder of the file for the rejected rows is not there.",
            "Make it, or name a file in a folder that is there.",
        )
    return path


def _error(message: str, fix: str) -> BuildError:
    return BuildError("rejects", message, fix)
