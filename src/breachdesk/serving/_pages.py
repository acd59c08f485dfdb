"""The pages' process: `python -m breachdesk.serving._pages`, granian around the Django site.

It gets the service document and the releases folder, and never the key folder.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from breachdesk.serving._environment import PAGES_ADDRESS, PAGES_PORT, PAGES_TARGET
from breachdesk.serving._parent import end_with_parent

_THREADS: Final = 8
_STOP_SECONDS: Final = 3
_HEADER_MILLISECONDS: Final = 10_000


def load(target: str) -> Callable[..., Any]:
    """The WSGI application `module:attribute`, in the worker that will run it."""
    end_with_parent()
    module, _, attribute = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), attribute)
    return application


def main() -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    server = Granian(
        os.environ[PAGES_TARGET],
        address=os.environ[PAGES_ADDRESS],
        port=int(os.environ[PAGES_PORT]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        websockets=False,
        blocking_threads=_THREADS,
        log_access=False,
        log_level=LogLevels.error,
        workers_kill_timeout=_STOP_SECONDS,
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
