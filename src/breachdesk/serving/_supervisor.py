"""`breachdesk serve`: pages, check service and signer, each in a process of its own."""

import http.client
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from breachdesk.serving import _environment as environment
from breachdesk.serving._children import Child, Program
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._service import check_published, public_keys, service_document
from breachdesk.serving._sockets import check_free, listen, resolve
from breachdesk.serving.errors import ChildFailed, ServeError

PAGES: Final = "breachdesk.site.wsgi:application"

_LOOK_SECONDS: Final = 0.2
_READY_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 6.0
_PROBE_SECONDS: Final = 5.0


def run(request: ServeRequest, tell: Callable[[str], None], *, pages: str = PAGES) -> None:
    """Serve until SIGTERM or SIGINT. `tell` gets one line with the address, when all is ready.

    Raises `ServeError` or `keys.KeysError` before anything starts, and `ServeError` when a process
    ends before the service is ready; a later death starts that process again.
    """
    public = public_keys(request.keys)
    check_published(request, public)
    document = service_document(request, public)
    check_free(request.host, request.port, "--port")
    with (
        listen(request.host, request.check_port, "--evaluator-port") as listening,
        _folder_for_counts() as counts,
        _signals() as stop,
        ExitStack() as more,
    ):
        programs = [
            *_check_programs(request, listening, counts),
            *_channel_programs(request, more),
            _signer_program(request),
            _pages_program(request, document, pages),
        ]
        Supervisor([Child(program) for program in programs], stop).run(request, tell)


@dataclass(slots=True)
class Supervisor:
    """Children, and the event that ends them."""

    children: list[Child]
    stop: threading.Event
    _due: dict[int, float] = field(default_factory=dict)

    def run(self, request: ServeRequest, tell: Callable[[str], None]) -> None:
        """Start all, tell when ready, keep them running, end all."""
        try:
            for child in self.children:
                child.start()
            if self._wait_until_ready(request):
                tell(f"Breachdesk is ready at {request.pages_address}/")
            while not self.stop.wait(_LOOK_SECONDS):
                self._look_after()
        finally:
            self._end()

    def _wait_until_ready(self, request: ServeRequest) -> bool:
        """Whether the pages and, asked by them, the check service answer; False on a signal."""
        give_up = time.monotonic() + _READY_SECONDS
        while not self.stop.wait(_LOOK_SECONDS):
            for child in self.children:
                code = child.exit_code()
                if code is not None:
                    raise ChildFailed(child.program.name, code)
            if _answers(request):
                return True
            if time.monotonic() > give_up:
                raise ServeError(
                    f"the service was not ready after {_READY_SECONDS:.0f} seconds: "
                    "its processes' own messages stand above"
                )
        return False

    def _look_after(self) -> None:
        """Start dead children again, each after its wait."""
        now = time.monotonic()
        for place, child in enumerate(self.children):
            if place in self._due:
                if now >= self._due[place]:
                    del self._due[place]
                    child.start()
            elif child.exit_code() is not None:
                self._due[place] = now + child.start_again()

    def _end(self) -> None:
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self.children:
            child.end(deadline)


def _check_programs(
    request: ServeRequest, listening: socket.socket, counts: str
) -> Iterator[Program]:
    """The processes of the check service share one socket, and the folder of their counts."""
    own = {
        environment.CHECK_SETTINGS: environment.encode_settings(request.check_settings()),
        environment.CHECK_SOCKET: str(listening.fileno()),
        "PROMETHEUS_MULTIPROC_DIR": counts,
    }
    for _ in range(request.workers):
        yield Program("check", "breachdesk.serving._check", own, (listening.fileno(),))


def _channel_programs(request: ServeRequest, sockets: ExitStack) -> Iterator[Program]:
    """The channel service and its sender, where there is a channel file. Neither learns where the
    releases are."""
    if request.channel is None:
        return
    listening = sockets.enter_context(listen(request.host, request.codes_port, "--channel-port"))
    told = {environment.CHANNEL_SETTINGS: environment.encode_channel(request.channel_settings())}
    handle = {environment.CHANNEL_SOCKET: str(listening.fileno())}
    yield Program(
        "channel", "breachdesk.serving._channel", {**told, **handle}, (listening.fileno(),)
    )
    yield Program("sender", "breachdesk.serving._sender", told)


def _signer_program(request: ServeRequest) -> Program:
    return Program(
        "signer",
        "breachdesk.serving._signer",
        {
            environment.SIGNER_RELEASES: str(request.releases.absolute()),
            environment.SIGNER_KEYS: str(request.keys.absolute()),
        },
    )


def _pages_program(request: ServeRequest, document: str, target: str) -> Program:
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
            "BREACHDESK_ALLOWED_HOSTS": ",".join(request.hosts),
            environment.PAGES_ADDRESS: resolve(request.host)[1],
            environment.PAGES_PORT: str(request.port),
            environment.PAGES_TARGET: target,
        },
    )


def _answers(request: ServeRequest) -> bool:
    """Whether GET /healthz on the pages' port answers 200, which speaks for both."""
    authority = request.pages_address.removeprefix("http://")
    connection = http.client.HTTPConnection(authority, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _folder_for_counts() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="breachdesk-counts-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; their old handlers come back afterwards."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    old = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
