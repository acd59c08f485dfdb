"""How every ASGI application of ours is run: bounded in headers, connections and time."""

import logging
import resource
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import uvicorn

from breachdesk.serving._http_guard import GuardedProtocol
from breachdesk.serving._sockets import listen
from breachdesk.serving._stop import stop_signals
from breachdesk.serving.errors import ServeError

#: Open connections and files that a process asks the system for, and connections that it takes.
_MOST_FILES: Final = 8192
_STOP_SECONDS: Final = 3
_IDLE_SECONDS: Final = 10


def server(app: Any) -> uvicorn.Server:
    """A server for one process, without access log: addresses and paths are nobody's business."""
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        loop="auto",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=max(16, _raise_file_limit() - 64),
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return uvicorn.Server(config)


def serve_app(app: Any, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve one application from this process until SIGTERM or SIGINT.

    `tell` gets the address once it is listened on. Raises `ServeError`.
    """
    if not 0 <= port <= 65535:
        raise ServeError("--port: give a port between 1 and 65535, or 0 for any that is free")
    with listen(host, port, "--port") as listening, stop_signals():
        name, found = listening.getsockname()[:2]
        tell(f"http://[{name}]:{found}" if ":" in name else f"http://{name}:{found}")
        server(app).run(sockets=[listening])


def _raise_file_limit() -> int:
    """As many open files as allowed, up to a bound; how many that is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft >= wanted:
        return wanted
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
