"""A static bucket host on loopback: whatever its `files` hold, below /v1/. A test may tamper."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from breachdesk.wire import HTTP_PREFIX

Answer = tuple[int, bytes] | None
"""Status and body; None cuts the connection."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class StaticHost:
    """`asked` has the names of files in the order of requests; `tamper` may answer in its stead."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.folder: Path | None = None
        self.asked: list[str] = []
        self.posted: list[bytes] = []
        self.tamper: Callable[[str, Answer], Answer] | None = None
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host._answer(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                host.posted.append(body)
                host._send(self, host._found("hook", (200, b"")))

            def log_message(self, *_: Any) -> None:
                """Nothing: the records are in `asked`."""

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.removeprefix(HTTP_PREFIX)
        self.asked.append(name)
        self._send(handler, self._found(name, self._read(name)))

    def _read(self, name: str) -> Answer:
        if self.folder is not None and (self.folder / name).is_file():
            return 200, (self.folder / name).read_bytes()
        return (200, self.files[name]) if name in self.files else (404, b"")

    def _found(self, name: str, found: Answer) -> Answer:
        return found if self.tamper is None else self.tamper(name, found)

    def _send(self, handler: BaseHTTPRequestHandler, found: Answer) -> None:
        if found is None:
            handler.close_connection = True
            return
        with contextlib.suppress(ConnectionError):
            handler.send_response(found[0])
            handler.send_header("Content-Length", str(len(found[1])))
            handler.end_headers()
            handler.wfile.write(found[1])


@contextlib.contextmanager
def static_host(folder: Path | None = None) -> Iterator[StaticHost]:
    """A running host; with `folder`, of the files in it."""
    host = StaticHost()
    host.folder = folder
    thread = threading.Thread(target=host.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield host
    finally:
        host.server.shutdown()
        thread.join()
        host.server.server_close()
