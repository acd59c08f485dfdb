"""Statement files of incidents, for pages: no part of a release, and mended without one."""

import re
from pathlib import Path

from breachdesk.release._disk import disk_errors, replace_durable
from breachdesk.release.errors import StoreError

_ID = re.compile(r"[a-z0-9-]{1,32}")


class IncidentTexts:
    """`<id>.toml` files in one folder, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ids(self) -> tuple[str, ...]:
        if not self.folder.is_dir():
            return ()
        stems = (one.stem for one in self.folder.glob("*.toml"))
        return tuple(sorted(stem for stem in stems if _ID.fullmatch(stem)))

    def path(self, incident_id: str) -> Path:
        """Where the file is. StoreError("missing") for what is no incident id."""
        if not _ID.fullmatch(incident_id):
            raise StoreError("missing", "no such incident", "use the id of an incident file")
        return self.folder / f"{incident_id}.toml"

    def read(self, incident_id: str) -> str | None:
        path = self.path(incident_id)
        with disk_errors("reading an incident text"):
            return path.read_text("utf-8") if path.exists() else None

    def write(self, incident_id: str, text: str) -> None:
        """Put the text in place at once; readers see the old one or the new one."""
        path = self.path(incident_id)
        with disk_errors("writing an incident text"):
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_durable(path, path.with_suffix(".new"), text.encode())
