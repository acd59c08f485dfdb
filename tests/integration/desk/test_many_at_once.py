"""A crowd's connections are taken: a person's browser keeps one open while she reads."""

import socket
from contextlib import ExitStack
from pathlib import Path

import httpx

from breachdesk.envelope import desk_public_key
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from tests.factories.channel import end, start
from tests.factories.desk import PRIVATE
from tests.factories.served import wait_for

READING = 300
_ASKED = b"GET /ko/report/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_who_comes_while_many_read_gets_the_form(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0, "--desk-port") as listening, ExitStack() as open_ones:
        port, handle = listening.getsockname()[1], listening.fileno()
        told = {
            "BREACHDESK_DESK_DATA": str(tmp_path),
            "BREACHDESK_DESK_PUBLIC": desk_public_key(PRIVATE).hex(),
            "BREACHDESK_ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": "",
            environment.DESK_SOCKET: str(handle),
        }
        process = start("breachdesk.serving._desk", told, None, handle)
        try:
            wait_for(f"127.0.0.1:{port}", "/healthz")
            for _ in range(READING):
                one = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
                one.sendall(_ASKED)
            got = httpx.get(f"http://127.0.0.1:{port}/ko/report/", timeout=60)
            assert got.status_code == 200
            assert 'name="form_key"' in got.text
        finally:
            end(process)
