"""A small real HTTP proxy that keeps every byte of every request, and may answer falsely.

Before one server (`Proxy(target)`) it stands where the service document sends the page. Without a
target it is a browser's forward proxy: everything the browser sends anywhere arrives here.
"""

import http.client
import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser sent: `head` to the empty line, as it came, then `body`."""

    head: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        return self.head + self.body

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    @property
    def path(self) -> str:
        """The path without origin and query."""
        return urlsplit(self.target).path

    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines if x)
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. `body` of None: the connection is cut without a word."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None

    def encode(self) -> bytes:
        kept = [
            (n, v) for n, v in self.headers if n.lower() not in {*_HOP_BY_HOP, "content-length"}
        ]
        kept.append(("Content-Length", str(len(self.body or b""))))
        reason = http.client.responses.get(self.status, "")
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{n}: {v}" for n, v in kept)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")


CUT = Reply(0, (), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what was sent back for it."""

    request: Request
    reply: Reply


#: Gets the request and a function that asks the true server; what it returns goes to the browser.
Lie = Callable[[Request, Callable[[], Reply]], Reply]


@dataclass(slots=True)
class Proxy:
    """Listens on a free port of this machine from `start` until `stop`."""

    target: int | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    lie: Lie | None = None
    _server: socketserver.ThreadingTCPServer | None = None

    def start(self) -> "Proxy":
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    proxy._converse(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def forget(self) -> None:
        """Begin anew: nothing recorded, no lie."""
        self.exchanges.clear()
        self.sent.clear()
        self.lie = None

    def requests(self, method: str | None = None) -> list[Request]:
        return [one for one in self.sent if method in (None, one.method)]

    def _converse(self, handler: socketserver.StreamRequestHandler) -> None:
        while (request := _read(handler)) is not None:
            self.sent.append(request)
            reply = self._reply(request)
            self.exchanges.append(Exchange(request, reply))
            if reply.body is None:
                handler.connection.shutdown(socket.SHUT_RDWR)
                return
            handler.wfile.write(reply.encode())
            handler.wfile.flush()

    def _reply(self, request: Request) -> Reply:
        if self.lie is not None:
            return self.lie(request, lambda: self._ask(request))
        return self._ask(request)

    def _ask(self, request: Request) -> Reply:
        """The true server's answer; a forward proxy asks servers of this machine only."""
        url = urlsplit(request.target)
        port = self.target if self.target is not None else url.port
        if self.target is None and url.hostname not in {"127.0.0.1", "localhost"}:
            return Reply(502, (), b"")
        connection = http.client.HTTPConnection("127.0.0.1", port or 80, timeout=30)
        headers = {n: v for n, v in request.headers().items() if n not in _HOP_BY_HOP}
        path = url.path + (f"?{url.query}" if url.query else "")
        try:
            connection.request(request.method, path, request.body or None, headers)
            answer = connection.getresponse()
            return Reply(answer.status, tuple(answer.getheaders()), answer.read())
        except OSError:
            return CUT
        finally:
            connection.close()


def _read(handler: socketserver.StreamRequestHandler) -> Request | None:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = handler.rfile.readline(65_536)
        if not line:
            return None
        head += line
    length = int(Request(head, b"").headers().get("content-length", "0"))
    return Request(head, handler.rfile.read(length) if length else b"")
