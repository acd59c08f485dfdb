"""Ports for the servers of tests: none that the kernel gives to a connection that goes out, and
none twice, whatever else runs beside."""

import os
import random
import re
import socket
from itertools import cycle
from typing import Final

#: Linux gives the ports from 32768 on to connections that go out.
_FIRST, _END = 10_240, 32_768
#: `serve` takes the ports that follow its own.
_BLOCK: Final = 8
#: Each process of xdist has ports of its own.
_PROCESSES: Final = 16


def _blocks() -> list[int]:
    number = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
    blocks = list(range(_FIRST, _END, _BLOCK))[number % _PROCESSES :: _PROCESSES]
    start = random.randrange(len(blocks))  # two sessions on one machine begin apart
    return blocks[start:] + blocks[:start]


_TURN: Final = cycle(_blocks())


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses, and so are the seven after it."""
    return next(port for port in _TURN if all(_is_free(port + more) for more in range(_BLOCK)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
