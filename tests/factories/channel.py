"""The channel service in a test: its file, keys, Django in this process, and its two processes.

Django has one set of settings a process, and other tests use the pages'. `in_process` puts the
channel service's in their place, with a database of its own, and takes them back. Importing this
module loads the models once, so that tests may import what needs them.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from asgiref.local import Local
from django.apps import apps
from django.conf import Settings, settings
from django.db import connections
from django.urls import clear_url_caches, set_urlconf

from breachdesk.admission import CountStore, OneAtATime, memory_store
from breachdesk.channel import ChannelSettings, load
from breachdesk.database import migrate
from breachdesk.keys import KeyFolder, create
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from tests.factories import pages
from tests.factories.clocks import Clock
from tests.factories.served import wait_for
from tests.factories.work import solve

if TYPE_CHECKING:
    from breachdesk.channel._parts import Parts

PHONE = "+821012345678"
MAILBOX = "canary.person@mail.example.com"
ORIGIN = "channel.example.org"
_SETTINGS = "breachdesk.channel.settings"
_CONFIG = """
format = 1
channels = ["phone", "email", "letter", "desk"]
{top}
[organisation]
ko = "한빛통신"
en = "Hanbit Telecom"
[phone]
prefixes = ["+8210", "+1555"]
price = 20
{phone}
[email]
denied_domains = ["denied.example.net"]
from = "codes@hanbit.example"
{email}
[limits]
client_rate = 1000000
{limits}
[spend]
sends_day = 1000000
money_day = 100000000
{spend}
{more}
"""
_SPOOL = 'sender = "spool"\nspool = "spool"'


@dataclass(frozen=True)
class Made:
    """A channel service's files."""

    folder: Path
    config: Path
    keys: Path
    opened: KeyFolder

    @property
    def spool(self) -> Path:
        """Where messages go."""
        return self.folder / "spool"


def make_channel(folder: Path, *, database: str = "", **parts: str) -> Made:
    """Keys and a channel file. `parts` are lines for the places of the file above."""
    places = {"phone": _SPOOL, "email": _SPOOL, "limits": "", "spend": "", "more": "", "top": ""}
    places |= parts
    if database:
        places["top"] += f'\ndatabase = "{database}"'
    config = folder / "channel.toml"
    config.write_text(_CONFIG.format(**places), encoding="utf-8")
    return Made(folder, config, folder / "keys", create(folder / "keys", origin=ORIGIN))


@dataclass
class InProcess:
    """The service's parts with a clock that tests move."""

    made: Made
    clock: Clock
    parts: "Parts"
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def token(self) -> dict[str, str]:
        """The header of a solved challenge."""
        return {"Breachdesk-Token": solve(self.parts.tokens.challenge("channel", 1, 0, 0)).decode()}


@contextmanager
def in_process(
    made: Made, *, store: CountStore | None = None, migrated: bool = False, **more: Any
) -> Iterator[InProcess]:
    """Django as the channel service's, migrated, with parts in use; and back."""
    with swapped_django(made.config):
        from breachdesk.channel import _parts  # noqa: PLC0415 (needs the models)

        if not migrated:
            migrate()
        clock = Clock()
        counts = OneAtATime(memory_store(clock)) if store is None else store
        parts = _parts.make_parts(load(made.config), made.keys, store=counts, clock=clock, **more)
        found = InProcess(made, clock, parts)
        parts.alarms.tell = lambda name, **counts: found.told.append((name, counts))  # type: ignore[method-assign]  # what is told, in order
        _parts.use(parts)
        try:
            yield found
        finally:
            _parts.use(None)


@contextmanager
def swapped_django(config: Path) -> Iterator[None]:
    """Settings, apps, connections and addresses of the channel service, for a while."""
    pages.set_up()
    old = settings._wrapped
    os.environ["BREACHDESK_CHANNEL_CONFIG"] = str(config)
    sys.modules.pop(_SETTINGS, None)
    settings._wrapped = Settings(_SETTINGS)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    apps.set_installed_apps(settings.INSTALLED_APPS)
    _forget()
    try:
        yield
    finally:
        connections.close_all()
        apps.unset_installed_apps()
        settings._wrapped = old
        os.environ.pop("BREACHDESK_CHANNEL_CONFIG", None)
        _forget()


def _forget() -> None:
    """What Django remembers of its settings."""
    handler: Any = connections
    handler.__dict__.pop("settings", None)
    handler._settings = None
    handler._connections = Local(handler.thread_critical)
    handler.settings = handler.configure_settings(None)
    clear_url_caches()
    set_urlconf(None)
    with suppress(Exception):
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 (needs Django)

        ContentType.objects.clear_cache()


@contextmanager
def running_channel(
    made: Made, *, log: Path | None = None, port: int = 0, **more: Any
) -> Iterator[tuple[str, int]]:
    """The HTTP process: its address and process id."""
    settings = ChannelSettings(made.config, made.keys, **more)
    with listen("127.0.0.1", port, "--port") as listening:
        number = listening.getsockname()[1]
        process = start(
            "breachdesk.serving._channel",
            {
                environment.CHANNEL_SETTINGS: environment.encode_channel(settings),
                environment.CHANNEL_SOCKET: str(listening.fileno()),
            },
            log,
            listening.fileno(),
        )
        try:
            wait_for(f"127.0.0.1:{number}", "/v1/openapi.json")
            yield f"http://127.0.0.1:{number}", process.pid
        finally:
            end(process)


@contextmanager
def running_sender(made: Made, *, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The sender's process."""
    told = environment.encode_channel(ChannelSettings(made.config, made.keys))
    process = start("breachdesk.serving._sender", {environment.CHANNEL_SETTINGS: told}, log)
    try:
        yield process
    finally:
        end(process)


def start(
    module: str, own: dict[str, str], log: Path | None, *handles: int
) -> subprocess.Popen[bytes]:
    """A process of the service."""
    with (log or Path(os.devnull)).open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            env={**os.environ, environment.SUPERVISOR: str(os.getpid()), **own},
            pass_fds=handles,
            stdout=out if log else None,
            stderr=out if log else None,
        )


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """End a process that may have ended already."""
    with suppress(ProcessLookupError):
        process.send_signal(number)
    process.wait(20)


def _load_models() -> None:
    with TemporaryDirectory() as folder:
        made = make_channel(Path(folder))
        with swapped_django(made.config):
            import_module("breachdesk.channel.urls")


_load_models()
