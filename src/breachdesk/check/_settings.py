"""What one process of the check service is told at its start."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from breachdesk.admission import Network
from breachdesk.check.errors import SettingsError

#: Evaluations a minute that one client address may ask for: a family, a school or an office behind
#: one address, and not an enumeration.
DEFAULT_RATE: Final = 1200
#: Networks hold many clients: a /24 or /48 may ask for this many times the rate of one address.
NETWORK_FACTOR: Final = 10
#: Seconds in which the 32 bytes of a request must have arrived.
BODY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """Where to read, whom to believe, how much to allow.

    `rate` is evaluations a minute for one address, counted over all processes: each of `workers`
    processes allows its share, so that the sum never exceeds it. `page_origins` are the origins of
    pages that may ask (empty: any; requests carry no credentials). `proxies` are the networks whose
    `X-Forwarded-For` is believed. Raises `SettingsError`.
    """

    releases: Path
    keys: Path
    page_origins: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()
    rate: int = DEFAULT_RATE
    workers: int = 1
    body_seconds: float = BODY_SECONDS

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SettingsError("workers", "give 1 or more")
        if self.rate < self.workers:
            raise SettingsError(
                "rate", f"give {self.workers} or more evaluations a minute (limits are never off)"
            )
        for origin in self.page_origins:
            _check_origin(origin)

    @property
    def worker_rate(self) -> int:
        """What this process allows one address in a minute."""
        return self.rate // self.workers


def parse_proxies(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks such as `10.0.0.0/8` or `::1`; raises `SettingsError`."""
    try:
        return tuple(ip_network(text) for text in texts)
    except ValueError:
        raise SettingsError("proxy", "give addresses or networks such as 10.0.0.0/8") from None


def _check_origin(origin: str) -> None:
    """An origin as a browser sends it: scheme and host, with neither path nor final slash."""
    parts = urlsplit(origin)
    plain = parts.scheme in ("http", "https") and parts.netloc and "@" not in parts.netloc
    if not plain or origin != f"{parts.scheme}://{parts.netloc}" or not origin.isascii():
        raise SettingsError("page origin", "give it as https://www.example.org, with no path")
