"""`breachdesk evaluator`: one holder's check processes, with neither pages nor signer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from breachdesk.admission import DEFAULT_DAY, DEFAULT_EPOCH, DEFAULT_RATE
from breachdesk.check import CheckSettings, parse_proxies
from breachdesk.keys import Unlock
from breachdesk.serving._children import Child
from breachdesk.serving._programs import check_programs
from breachdesk.serving._request import authority
from breachdesk.serving._service import public_keys
from breachdesk.serving._sockets import listen
from breachdesk.serving._stop import stop_signals
from breachdesk.serving._supervisor import Supervisor, folder_for_counts
from breachdesk.serving._unlock import unlock_handle
from breachdesk.serving._users import run_as
from breachdesk.serving.errors import ServeError


@dataclass(frozen=True, slots=True)
class EvaluatorRequest:
    """Options of the command. Raises `ServeError`, or `check.SettingsError`.

    `builder` is the public key of the builder that may ask for batches; `releases` makes this a
    bucket host too. From `rate` to `budget_epoch`: as `admission.AdmissionSettings` says.
    """

    keys: Path
    port: int
    host: str = "127.0.0.1"
    releases: Path | None = None
    builder: str | None = None
    workers: int = 1
    page_origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    rate: int = DEFAULT_RATE
    state: Path | None = None
    limits: str | None = None
    budget_day: int = DEFAULT_DAY
    budget_epoch: int = DEFAULT_EPOCH
    user: str | None = None
    unlock: Unlock | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ServeError("--port: give a port between 1 and 65535")
        self.check_settings()

    @property
    def address(self) -> str:
        """Where this machine reaches it."""
        return f"http://{authority(self.host, self.port)}"

    def check_settings(self) -> CheckSettings:
        """The settings of each process of the check service."""
        return CheckSettings(
            releases=self.releases.absolute() if self.releases else None,
            keys=self.keys.absolute(),
            page_origins=self.page_origins,
            proxies=parse_proxies(self.proxies),
            rate=self.rate,
            workers=self.workers,
            builder=self.builder,
            state=self.state.absolute() if self.state else None,
            limits=self.limits,
            budget_day=self.budget_day,
            budget_epoch=self.budget_epoch,
        )


def run_evaluator(request: EvaluatorRequest, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. `tell` gets one line with the address, when it is ready.

    Raises `ServeError`, `check.SettingsError` or `keys.KeysError` before anything starts, and
    `ServeError` when a process ends before the service is ready.
    """
    public = public_keys(request.keys)
    user = run_as(request.user, "--user")
    with (
        unlock_handle(request.keys, request.unlock) as unlock,
        listen(request.host, request.port, "--port") as listening,
        folder_for_counts(user) as counts,
        stop_signals() as stop,
    ):
        programs = check_programs(request.check_settings(), listening, counts, unlock, user)
        share = f"share {public.share} of {public.holders}" if public.share else "the whole keys"
        Supervisor([Child(program) for program in programs], stop).run(
            f"{request.address}/healthz",
            lambda: tell(f"The evaluator is ready at {request.address} with {share}"),
        )
