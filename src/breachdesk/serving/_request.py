"""What `breachdesk serve` was asked for, checked before anything starts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from breachdesk.admission import DEFAULT_DAY, DEFAULT_EFFORT, DEFAULT_EPOCH, DEFAULT_RATE
from breachdesk.channel import ChannelConfig, ChannelError, ChannelSettings, load
from breachdesk.check import CheckSettings, parse_proxies
from breachdesk.console import ConsoleSettings
from breachdesk.keys import Unlock
from breachdesk.serving._console_request import ConsoleRequest
from breachdesk.serving._desk_request import DeskRequest
from breachdesk.serving._witnesses import parse_witnesses
from breachdesk.serving.errors import ServeError

ANY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104 (compared with, not bound)
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class ServeRequest:
    """Options of the command. Raises `ServeError`, or `check.SettingsError`.

    `channel` is the channel file, None for no channel service. `evaluator_url` and its like are
    the addresses at which browsers reach them; by default the host and port that
    are listened on. `workers` counts the processes of the check service.
    `witnesses` are texts "URL VKEY". `peers` are the other holders' addresses where the keys are
    split; `evaluator_user` runs the processes that hold keys as that user; `unlock` says what opens
    a sealed key folder.
    `desk` is the desk for damage reports, None for none.
    From `rate` to `alarm_mail`, what is asked is what `admission.AdmissionSettings` says.
    """

    releases: Path
    keys: Path
    host: str = "127.0.0.1"
    port: int = 8000
    evaluator_port: int | None = None
    workers: int = 1
    evaluator_url: str | None = None
    buckets_url: str | None = None
    page_origins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    rate: int = DEFAULT_RATE
    channel: Path | None = None
    channel_port: int | None = None
    channel_url: str | None = None
    state: Path | None = None
    limits: str | None = None
    budget_day: int = DEFAULT_DAY
    budget_epoch: int = DEFAULT_EPOCH
    token_effort: int = DEFAULT_EFFORT
    alarm_webhook: str | None = None
    alarm_mail: str | None = None
    witnesses: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    evaluator_user: str | None = None
    unlock: Unlock | None = field(default=None, repr=False)
    console: ConsoleRequest | None = None
    desk: DeskRequest | None = None

    def __post_init__(self) -> None:
        for option, port in (("--port", self.port), ("--evaluator-port", self.check_port)):
            if not 1 <= port <= 65535:
                raise ServeError(f"{option}: give a port between 1 and 65535")
        if self.port == self.check_port:
            raise ServeError("--evaluator-port: give another port than that of the pages")
        if self.host in ANY_ADDRESS and self.evaluator_url is None:
            raise ServeError(
                f"--evaluator-url: with --host {self.host} give the address at which browsers "
                "reach the evaluator, such as https://check.example.org"
            )
        self.check_settings()
        if self.channel is not None:
            self._check_channel()
        if self.desk is not None:
            self._check_desk(self.desk)
        parse_witnesses(self.witnesses)

    @property
    def check_port(self) -> int:
        """The port of evaluator and buckets: the one after the pages' by default."""
        return self.port + 1 if self.evaluator_port is None else self.evaluator_port

    @property
    def pages_address(self) -> str:
        """Where this machine reaches the pages."""
        return f"http://{authority(self.host, self.port)}"

    @property
    def check_address(self) -> str:
        """Where this machine reaches evaluator and buckets."""
        return f"http://{authority(self.host, self.check_port)}"

    @property
    def public_evaluator(self) -> str:
        """The evaluator's base URL as the service document says it."""
        return (self.evaluator_url or self.check_address).rstrip("/")

    @property
    def public_buckets(self) -> str:
        """The bucket host's base URL as the service document says it."""
        return (self.buckets_url or self.public_evaluator).rstrip("/")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that the pages answer to."""
        own = () if self.host in ANY_ADDRESS else (_bracketed(self.host),)
        return tuple(dict.fromkeys((*self.allowed_hosts, *own, *_LOCAL_HOSTS)))

    @property
    def codes_port(self) -> int:
        """The port of the channel service: two after the pages' by default."""
        return self.port + 2 if self.channel_port is None else self.channel_port

    @property
    def channel_address(self) -> str:
        """Where this machine reaches the channel service."""
        return f"http://{authority(self.host, self.codes_port)}"

    @property
    def public_channel(self) -> str:
        """The channel service's base URL as the service document says it."""
        return (self.channel_url or self.channel_address).rstrip("/")

    def channel_config(self) -> ChannelConfig | None:
        """What the channel file says. Raises `ServeError`."""
        if self.channel is None:
            return None
        try:
            return load(self.channel)
        except ChannelError as error:
            raise ServeError(f"--channel: {error}") from None
        except OSError as error:
            reason = (error.strerror or "refused").lower()
            raise ServeError(
                f"--channel: {self.channel} cannot be read ({reason}): make one with "
                "`breachdesk channel init`"
            ) from None

    def channel_settings(self) -> ChannelSettings:
        """The settings of the channel service and its sender; only where there is a file."""
        return ChannelSettings(
            config=(self.channel or Path()).absolute(),
            keys=self.keys.absolute(),
            page_origins=self.page_origins,
            proxies=parse_proxies(self.proxies),
        )

    def console_settings(self, asked: ConsoleRequest) -> ConsoleSettings:
        """The settings of the console and its worker."""
        return ConsoleSettings(
            data=asked.data.absolute(),
            keys=self.keys.absolute(),
            database=asked.database,
            url=asked.public_url,
            pages_url=(self.page_origins or (self.pages_address,))[0],
            desk_url=(self.public_desk or asked.desk_url).rstrip("/"),
        )

    @property
    def desk_port(self) -> int:
        """The port of the desk: four after the pages' by default."""
        given = None if self.desk is None else self.desk.port
        return self.port + 4 if given is None else given

    @property
    def desk_host(self) -> str:
        """The address that the desk listens on: this machine only, unless told."""
        given = None if self.desk is None else self.desk.host
        return "127.0.0.1" if given is None else given

    @property
    def public_desk(self) -> str:
        """Where browsers reach the desk; empty where there is none."""
        if self.desk is None:
            return ""
        here = f"http://{authority(self.desk_host, self.desk_port)}"
        return (self.desk.url or here).rstrip("/")

    def _check_desk(self, desk: DeskRequest) -> None:
        if self.desk_port in (self.port, self.check_port, self.codes_port):
            raise ServeError("--desk-port: give a port that no other part listens on")
        if self.desk_host in ANY_ADDRESS and desk.url is None:
            raise ServeError(
                f"--desk-url: with --desk-host {self.desk_host} give the address at which browsers "
                "reach the desk, such as https://report.example.org"
            )

    def _check_channel(self) -> None:
        if not 1 <= self.codes_port <= 65535:
            raise ServeError("--channel-port: give a port between 1 and 65535")
        if self.codes_port in (self.port, self.check_port):
            raise ServeError("--channel-port: give another port than those of pages and evaluator")
        if self.host in ANY_ADDRESS and self.channel_url is None:
            raise ServeError(
                f"--channel-url: with --host {self.host} give the address at which browsers reach "
                "the channel service, such as https://codes.example.org"
            )
        self.channel_config()

    def check_settings(self) -> CheckSettings:
        """The settings of each process of the check service."""
        return CheckSettings(
            releases=self.releases.absolute(),
            keys=self.keys.absolute(),
            page_origins=self.page_origins,
            proxies=parse_proxies(self.proxies),
            rate=self.rate,
            workers=self.workers,
            state=self.state.absolute() if self.state else None,
            limits=self.limits,
            budget_day=self.budget_day,
            budget_epoch=self.budget_epoch,
            effort=self.token_effort,
            alarm_webhook=self.alarm_webhook,
            alarm_mail=self.alarm_mail,
        )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def authority(host: str, port: int) -> str:
    """Host and port, as this machine reaches what listens there."""
    reachable = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"{_bracketed(reachable)}:{port}"
