"""`breachdesk serve`: pages, check service and signer, each in a process of its own."""

import http.client
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from breachdesk.serving._children import Child
from breachdesk.serving._programs import (
    channel_programs,
    check_programs,
    console_programs,
    desk_programs,
    pages_program,
    signer_program,
)
from breachdesk.serving._request import ServeRequest
from breachdesk.serving._service import (
    check_published,
    other_holders,
    public_keys,
    service_document,
)
from breachdesk.serving._sockets import check_free, listen
from breachdesk.serving._stop import stop_signals
from breachdesk.serving._unlock import unlock_handle
from breachdesk.serving._users import RunAs, run_as
from breachdesk.serving.errors import ChildFailed, ServeError

PAGES: Final = "breachdesk.site.wsgi:application"

_LOOK_SECONDS: Final = 0.2
_READY_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 6.0
_PROBE_SECONDS: Final = 5.0


def run(request: ServeRequest, tell: Callable[[str], None], *, pages: str = PAGES) -> None:
    """Serve until SIGTERM or SIGINT. `tell` gets one line with the address, when all is ready, and
    one before it where the holder of another share is away.

    Raises `ServeError`, `peers.PeerError` or `keys.KeysError` before anything starts, and
    `ServeError` when a process ends before the service is ready; a later death starts that process
    again.
    """
    public = public_keys(request.keys)
    check_published(request, public)
    holders = other_holders(request, public, tell)
    document = service_document(request, public, holders)
    user = run_as(request.evaluator_user, "--evaluator-user")
    check_free(request.host, request.port, "--port")
    with (
        unlock_handle(request.keys, request.unlock) as unlock,
        listen(request.host, request.check_port, "--evaluator-port") as listening,
        folder_for_counts(user) as counts,
        stop_signals() as stop,
        ExitStack() as more,
    ):
        programs = [
            *check_programs(request.check_settings(), listening, counts, unlock, user),
            *channel_programs(request, more, unlock, user),
            *console_programs(request, more, unlock, user),
            *desk_programs(request, public, more),
            signer_program(request, unlock, user),
            pages_program(request, document, pages),
        ]
        Supervisor([Child(program) for program in programs], stop).run(
            f"{request.pages_address}/healthz",
            lambda: tell(f"Breachdesk is ready at {request.pages_address}/"),
        )


@dataclass(slots=True)
class Supervisor:
    """Children, and the event that ends them."""

    children: list[Child]
    stop: threading.Event
    _due: dict[int, float] = field(default_factory=dict)

    def run(self, health: str, ready: Callable[[], None]) -> None:
        """Start all, say when `health` (a URL) answers 200, keep them running, end all."""
        try:
            for child in self.children:
                child.start()
            if self._wait_until_ready(health):
                ready()
            while not self.stop.wait(_LOOK_SECONDS):
                self._look_after()
        finally:
            self._end()

    def _wait_until_ready(self, health: str) -> bool:
        """Whether the service answers; False on a signal."""
        give_up = time.monotonic() + _READY_SECONDS
        while not self.stop.wait(_LOOK_SECONDS):
            for child in self.children:
                code = child.exit_code()
                if code is not None:
                    raise ChildFailed(child.program.name, code)
            if _answers(health):
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


def _answers(health: str) -> bool:
    """Whether GET answers 200; that of the pages speaks for the check service too."""
    parts = urlsplit(health)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def folder_for_counts(user: RunAs | None) -> Iterator[str]:
    """A folder in which the check processes count together; theirs, if they have a user."""
    folder = tempfile.mkdtemp(prefix="breachdesk-counts-")
    try:
        if user is not None:
            os.chown(folder, user.uid, user.gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
