"""Listening sockets, taken before any process starts."""

import socket
from contextlib import closing
from typing import Final

from breachdesk.serving.errors import PortInUse, ServeError

_BACKLOG: Final = 2048


def resolve(host: str) -> tuple[socket.AddressFamily, str]:
    """Family and numeric address of a host name; raises `ServeError`."""
    try:
        found = socket.getaddrinfo(
            host or None, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        raise ServeError("--host: give an address of this machine, such as 127.0.0.1") from None
    family, _, _, _, address = found[0]
    return family, str(address[0])


def listen(host: str, port: int, option: str) -> socket.socket:
    """A listening socket, which children inherit. Raises `PortInUse` naming `option`."""
    family, address = resolve(host)
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((address, port))
        taken.listen(_BACKLOG)
    except OSError as error:
        taken.close()
        raise PortInUse(port, option, (error.strerror or "refused").lower()) from None
    taken.set_inheritable(True)
    return taken


def check_free(host: str, port: int, option: str) -> None:
    """Raise `PortInUse` unless a child could listen there now."""
    with closing(listen(host, port, option)):
        pass
