"""A client that starts a request and never ends it loses its connection."""

import asyncio

import pytest
import uvicorn

from breachdesk.serving import _http_guard
from breachdesk.serving._http_guard import GuardedProtocol


async def nothing(scope: object, receive: object, send: object) -> None:
    """No request is ever whole here."""


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_half_a_request_is_given_up(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http_guard, "HEADER_SECONDS", 0.05)

    async def run() -> bytes:
        config = uvicorn.Config(
            nothing,
            http=GuardedProtocol,
            lifespan="off",
            log_config=None,
        )
        server = uvicorn.Server(config)
        config.load()
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            lambda: GuardedProtocol(config, server.server_state, {}), "127.0.0.1", 0
        )
        port = listening.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
            listening.close()

    assert asyncio.run(run()) == b""
