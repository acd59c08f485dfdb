"""What `breachdesk serve --desk` was asked for, checked before anything starts."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from breachdesk.serving.errors import ServeError

DATABASE = "DATABASE_URL"


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """Options of the desk. Raises `ServeError`.

    `port` None is four after the pages'; `host` None is this machine only; `url` is where browsers
    reach it, by default there; `data` the data folder; `database` a URL, empty for a file in it;
    `scanner` how clamdscan is called, empty for none; `short` gives everybody the short form.
    """

    data: Path
    port: int | None = None
    host: str | None = None
    url: str | None = None
    database: str = ""
    scanner: str = ""
    short: bool = False

    def __post_init__(self) -> None:
        if self.port is not None and not 1 <= self.port <= 65535:
            raise ServeError("--desk-port: give a port between 1 and 65535")
        if self.url is not None and not _is_origin(self.url):
            raise ServeError(
                "--desk-url: give the address at which browsers reach the desk, such as "
                "https://report.example.org"
            )

    def environment(self) -> dict[str, str]:
        """What its process is told."""
        return {
            DATABASE: self.database,
            "BREACHDESK_DESK_DATA": str(self.data.absolute()),
            "BREACHDESK_DESK_SCANNER": self.scanner,
            "BREACHDESK_DESK_SHORT": "1" if self.short else "",
        }


def database_from_surroundings() -> str:
    """The operator's DATABASE_URL, which only the desk's and the console's processes get."""
    return os.environ.get(DATABASE, "")


def _is_origin(url: str) -> bool:
    """Scheme and host, and nothing that a Content-Security-Policy could misread."""
    parts = urlsplit(url)
    plain = not any(character in url for character in ";,'\"* ")
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)
