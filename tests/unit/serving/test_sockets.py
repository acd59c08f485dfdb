"""Ports that are taken, and hosts that are not ours."""

import socket

import pytest

from breachdesk.serving import PortInUse, ServeError
from breachdesk.serving._sockets import check_free, listen, resolve


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with listen("127.0.0.1", 0, "--port") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"port {port} .*--evaluator-port") as caught:
            check_free("127.0.0.1", port, "--evaluator-port")
        assert caught.value.port == port
    check_free("127.0.0.1", port, "--port")


def test_names_are_resolved() -> None:
    assert resolve("127.0.0.1") == (socket.AF_INET, "127.0.0.1")
    assert resolve("localhost")[1] in ("127.0.0.1", "::1")
    with pytest.raises(ServeError, match="--host"):
        resolve("no such host")
    with pytest.raises(PortInUse):
        listen("192.0.2.1", 0, "--port")
