"""The programs that `serve` and `evaluator` start, each with no more than it needs."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final
from urllib.parse import urlsplit

from breachdesk.check import CheckSettings
from breachdesk.keys import UNLOCK_HANDLE, PublicKeys
from breachdesk.serving import _environment as environment
from breachdesk.serving._children import Program
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._sockets import listen, resolve
from breachdesk.serving._users import RunAs
from breachdesk.serving.errors import ServeError

#: What an operator sets for the console's promises (OPERATIONS).
CONSOLE_VARIABLES: Final = (
    "BREACHDESK_CALENDAR",
    "BREACHDESK_FIRST_HOURS",
    "BREACHDESK_DONE_HOURS",
)


def check_programs(
    settings: CheckSettings,
    listening: socket.socket,
    counts: str,
    unlock: int | None,
    user: RunAs | None,
) -> Iterator[Program]:
    """The processes of the check service share one socket, and the folder of their counts."""
    own = {
        environment.CHECK_SETTINGS: environment.encode_settings(settings),
        environment.CHECK_SOCKET: str(listening.fileno()),
        "PROMETHEUS_MULTIPROC_DIR": counts,
        **_unlocking(unlock),
    }
    handles = (listening.fileno(), *_handles(unlock))
    for _ in range(settings.workers):
        yield Program("check", "breachdesk.serving._check", own, handles, user)


def channel_programs(
    request: ServeRequest, sockets: ExitStack, unlock: int | None, user: RunAs | None
) -> Iterator[Program]:
    """The channel service and its sender, where there is a channel file. Neither learns where the
    releases are."""
    if request.channel is None:
        return
    listening = sockets.enter_context(listen(request.host, request.codes_port, "--channel-port"))
    told = {
        environment.CHANNEL_SETTINGS: environment.encode_channel(request.channel_settings()),
        **_unlocking(unlock),
    }
    own = {environment.CHANNEL_SOCKET: str(listening.fileno())}
    handles = _handles(unlock)
    module = "breachdesk.serving._channel"
    yield Program("channel", module, {**told, **own}, (listening.fileno(), *handles), user)
    yield Program("sender", "breachdesk.serving._sender", told, handles, user)


def console_programs(
    request: ServeRequest, sockets: ExitStack, unlock: int | None, user: RunAs | None
) -> Iterator[Program]:
    """The console and its worker, where they are asked for; they learn of no releases."""
    asked = request.console
    if asked is None:
        return
    listening = sockets.enter_context(listen(asked.host, asked.port, "--console-port"))
    told = {
        environment.CONSOLE_SETTINGS: environment.encode_console(request.console_settings(asked)),
        **_unlocking(unlock),
        **{name: os.environ[name] for name in CONSOLE_VARIABLES if name in os.environ},
    }
    own = {environment.CONSOLE_SOCKET: str(listening.fileno())}
    handles, module = _handles(unlock), "breachdesk.serving._console"
    yield Program("console", module, {**told, **own}, (listening.fileno(), *handles), user)
    yield Program("worker", "breachdesk.serving._console_worker", told, handles, user)


def desk_programs(
    request: ServeRequest, public: PublicKeys, sockets: ExitStack
) -> Iterator[Program]:
    """The desk, where it is asked for. It learns the public half of its key, and no folder of keys.

    Raises `ServeError` for keys that have none.
    """
    if request.desk is None:
        return
    if public.desk is None:
        raise ServeError(
            "--desk: this key folder has no key for the desk: make one with `breachdesk keys desk`"
        )
    listening = sockets.enter_context(listen(request.desk_host, request.desk_port, "--desk-port"))
    own = {
        **request.desk.environment(),
        "BREACHDESK_DESK_PUBLIC": public.desk.hex(),
        "BREACHDESK_DESK_PROXIES": ",".join(request.proxies),
        "BREACHDESK_ALLOWED_HOSTS": ",".join((*request.hosts, *_host_of(request.public_desk))),
        "BREACHDESK_PAGES_URL": (request.page_origins or (request.pages_address,))[0],
        "BREACHDESK_LIMITS": request.limits or "",
        environment.DESK_SOCKET: str(listening.fileno()),
    }
    yield Program("desk", "breachdesk.serving._desk", own, (listening.fileno(),))


def signer_program(request: ServeRequest, unlock: int | None, user: RunAs | None) -> Program:
    """The process that keeps the checkpoint fresh."""
    return Program(
        "signer",
        "breachdesk.serving._signer",
        {
            environment.SIGNER_RELEASES: str(request.releases.absolute()),
            environment.SIGNER_KEYS: str(request.keys.absolute()),
            environment.SIGNER_WITNESSES: environment.encode_witnesses(request.witnesses),
            **_unlocking(unlock),
        },
        _handles(unlock),
        user,
    )


def pages_program(request: ServeRequest, document: str, target: str) -> Program:
    """The pages learn nothing of the key folder, not even where it is."""
    return Program(
        "pages",
        "breachdesk.serving._pages",
        {
            "BREACHDESK_RELEASES": str(request.releases.absolute()),
            "BREACHDESK_SERVICE": document,
            "BREACHDESK_CHECK_HEALTH": f"{request.check_address}/healthz",
            "BREACHDESK_CHANNEL_HEALTH": (
                "" if request.channel is None else f"{request.channel_address}/healthz"
            ),
            "BREACHDESK_DESK_URL": request.public_desk,
            "BREACHDESK_ALLOWED_HOSTS": ",".join(request.hosts),
            environment.PAGES_ADDRESS: resolve(request.host)[1],
            environment.PAGES_PORT: str(request.port),
            environment.PAGES_TARGET: target,
        },
    )


def _host_of(url: str) -> tuple[str, ...]:
    host = urlsplit(url).hostname
    return (host,) if host else ()


def _unlocking(handle: int | None) -> dict[str, str]:
    return {} if handle is None else {UNLOCK_HANDLE: str(handle)}


def _handles(handle: int | None) -> tuple[int, ...]:
    return () if handle is None else (handle,)
