"""What one process of the check service is told at its start."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from breachdesk.admission import (
    DEFAULT_DAY,
    DEFAULT_EFFORT,
    DEFAULT_EPOCH,
    DEFAULT_RATE,
    AdmissionSettings,
    Network,
    OptionError,
)
from breachdesk.check.errors import SettingsError

#: Seconds in which the 32 bytes of a request must have arrived.
BODY_SECONDS: Final = 10.0
#: Of what is counted for good, beside the releases.
STATE_FOLDER: Final = "state"


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """Where to read, whom to believe, how much to allow.

    `rate` is evaluations a minute for one address; it and what follows it down to `alarm_mail` are
    those of `admission.AdmissionSettings`. Several `workers` need the Redis `limits`, which counts
    for all of them. `state` is the folder of what is counted for good: beside the releases if not
    given, or beside the keys where there are none. `page_origins` are the origins of pages that may
    ask (empty: any; requests carry no credentials). `proxies` are the networks whose
    `X-Forwarded-For` is believed. `releases` None: an evaluator that hosts no buckets. `builder` is
    the public key of who may ask for batches (PROTOCOL section 10.3). Raises `SettingsError`.
    """

    releases: Path | None
    keys: Path
    page_origins: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()
    rate: int = DEFAULT_RATE
    workers: int = 1
    body_seconds: float = BODY_SECONDS
    state: Path | None = None
    limits: str | None = None
    budget_day: int = DEFAULT_DAY
    budget_epoch: int = DEFAULT_EPOCH
    effort: int = DEFAULT_EFFORT
    alarm_webhook: str | None = None
    alarm_mail: str | None = None
    builder: str | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SettingsError("workers", "give 1 or more")
        if self.workers > 1 and self.limits is None:
            raise SettingsError(
                "workers",
                "several processes must count together: give --limits redis://host:port/0",
            )
        try:
            _ = self.admission
        except OptionError as error:
            raise SettingsError(error.field, error.fix) from None
        for origin in self.page_origins:
            _check_origin(origin)

    @property
    def admission(self) -> AdmissionSettings:
        """The part of them that decides who is let in."""
        return AdmissionSettings(
            state=self.state or self._default_state(),
            limits=self.limits,
            rate=self.rate,
            budget_day=self.budget_day,
            budget_epoch=self.budget_epoch,
            effort=self.effort,
            alarm_webhook=self.alarm_webhook,
            alarm_mail=self.alarm_mail,
        )

    def _default_state(self) -> Path:
        """Of its own for each key folder where no releases are hosted: holders count apart."""
        if self.releases is not None:
            return self.releases.absolute().parent / STATE_FOLDER
        keys = self.keys.absolute()
        return keys.with_name(f"{keys.name}-{STATE_FOLDER}")


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
