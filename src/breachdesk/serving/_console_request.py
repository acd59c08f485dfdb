"""What `serve --console` was asked for."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from breachdesk.serving.errors import ServeError


@dataclass(frozen=True, slots=True)
class ConsoleRequest:
    """Where the console listens, and how staff reach it.

    It listens on this machine only unless a host is named, which takes an HTTPS `url`: sessions
    of staff do not travel in the clear. `database` is DATABASE_URL, empty for the file in `data`.
    """

    data: Path
    port: int
    host: str = "127.0.0.1"
    url: str | None = None
    desk_url: str = ""
    database: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ServeError("--console-port: give a port between 1 and 65535")
        if self.url is None:
            if not _is_local(self.host):
                raise ServeError(
                    f"--console-url: with --console-host {self.host} give the address at which "
                    "staff reach the console, such as https://console.example.org"
                )
            return
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ServeError("--console-url: give an address such as https://console.example.org")
        if parts.scheme == "http" and not _is_local(parts.hostname):
            raise ServeError("--console-url: give an https address: staff sign in there")

    @property
    def public_url(self) -> str:
        """How staff reach it: `localhost`, for passkeys know no numbers."""
        return (self.url or f"http://localhost:{self.port}").rstrip("/")


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
