"""What goes over the wire is what uvicorn itself would send, only sooner."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from breachdesk.serving._http_answer import joined_head
from breachdesk.serving._http_guard import GuardedProtocol

REQUEST = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HEADERS = [(b"Content-Type", b"text/plain"), (b"x-other", b"1")]


def answering(*messages: dict[str, Any]) -> Any:
    """An application that sends these."""

    async def app(_: object, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)

    return app


def start(*more: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [*HEADERS, *more]}


def body(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": more}


def length(size: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % size)


def exchange(protocol: type[HttpToolsProtocol], app: Any, requests: Sequence[bytes]) -> bytes:
    """All that a connection answers to these requests, each sent on its own."""

    async def run() -> bytes:
        config = uvicorn.Config(
            app, http=protocol, lifespan="off", log_config=None, date_header=False
        )
        server = uvicorn.Server(config)
        config.load()
        server.server_state.default_headers = [(b"server", b"test")]
        listening = await asyncio.get_running_loop().create_server(
            lambda: protocol(config, server.server_state, {}), "127.0.0.1", 0
        )
        port = listening.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in requests:
            writer.write(request)
            await asyncio.sleep(0.02)
        try:
            return await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
            listening.close()

    return asyncio.run(run())


APPLICATIONS = {
    "whole": answering(start(length(3)), body(b"abc")),
    "empty": answering(start(length(0)), body(b"")),
    "long": answering(start(length(100_000)), body(b"x" * 100_000)),
    "no length": answering(start(), body(b"abc")),
    "in pieces": answering(start(length(3)), body(b"a", more=True), body(b"bc")),
    "chunks": answering(start((b"transfer-encoding", b"chunked")), body(b"abc")),
    "it closes": answering(start(length(3), (b"connection", b"close")), body(b"abc")),
    "too long": answering(start(length(2)), body(b"abc")),
    "too short": answering(start(length(4)), body(b"abc")),
    "header with a line break": answering(start(length(3), (b"x", b"a\r\nb: c")), body(b"abc")),
    "not modified": answering(start(status=304), body(b"")),
    "nothing": answering(),
}


@pytest.mark.parametrize("app", APPLICATIONS.values(), ids=APPLICATIONS)
@pytest.mark.parametrize(
    "requests",
    [
        [REQUEST, LAST],
        [REQUEST + REQUEST + LAST],
        [REQUEST[:10], REQUEST[10:-1], REQUEST[-1:] + LAST],
        [b"HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n", LAST],
        [b"GET /x HTTP/1.0\r\nConnection: close\r\n\r\n"],
        [REQUEST.replace(b"Host", b"Expect: 100-continue\r\nHost"), LAST],
    ],
    ids=["one by one", "pipelined", "in pieces", "head", "http 1.0", "continue"],
)
def test_the_bytes_are_those_of_uvicorn(app: Any, requests: list[bytes]) -> None:
    wanted = exchange(HttpToolsProtocol, app, requests)
    assert exchange(GuardedProtocol, app, requests) == wanted


async def fails_after_its_head(_: object, receive: Any, send: Any) -> None:
    await receive()
    await send(start(length(3)))
    raise RuntimeError("a fault of the application")


@pytest.mark.parametrize("app", [fails_after_its_head, answering(start(length(3)))])
def test_an_application_that_ends_after_its_head_is_answered_500(app: Any) -> None:
    """uvicorn has sent the head by then, and can only close."""
    found = exchange(GuardedProtocol, app, [REQUEST])
    assert found.startswith(b"HTTP/1.1 500 ")
    assert found.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (length(3), length(3)),
        (length(3), (b"Connection", b"close")),
        (length(3), (b"Transfer-Encoding", b"chunked")),
        (length(3), (b"x\r\n", b"y")),
        (length(3), (b"x", b"y\n")),
    ],
)
def test_heads_that_are_left_to_uvicorn(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert joined_head(200, headers) is None
