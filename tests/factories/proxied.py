"""A real check service on loopback, behind a proxy that records every request and can tamper.

The proxy also has the pages' one document, `/v1/service`.
"""

import contextlib
import http.client
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn

from breachdesk.check import KEY_NAMES, CheckApp, CheckSettings, create_app
from breachdesk.check._holder import Holder
from breachdesk.keys import create, open_folder
from breachdesk.release import LOG_TYPE, TIMESTAMP_TYPE, Store, VKey, encode_manifest
from breachdesk.voprf import Evaluator, public_key
from breachdesk.wire import (
    CHANNELS,
    TOKEN_HEADER,
    ChannelAddress,
    EvaluatorAddress,
    ServiceDocument,
)
from tests.factories.channel_answers import Channel
from tests.factories.questions import Keys, Person, build, folder_keys
from tests.factories.releases import ORIGIN, Build


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way to the client. `drip` sends its head a byte now and then, for ever."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What the client sent, and how much it got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    answered: int


CHANNEL_PATH = "/c/v1/"
Fault = Callable[[str, Reply], Reply | None]
"""By path: another reply, or None to hang up."""


class _Server(ThreadingHTTPServer):
    """A client that goes away in the middle is what tests do: no traceback for it."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Front:
    """The proxy. `fault` sees every reply; `requests` has what came, in order."""

    def __init__(self, upstreams: list[int]) -> None:
        self.requests: list[Request] = []
        self.fault: Fault | None = None
        self.service = b""
        self.channel: Channel | None = None
        self.ended = threading.Event()
        self._ports = upstreams
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                front.serve(self)

            def do_POST(self) -> None:
                front.serve(self)

            def log_message(self, *_: Any) -> None:
                """Nothing: the records are in `requests`."""

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        found: Reply | None = self._upstream(handler, body)
        if self.fault and found:
            found = self.fault(handler.path, found)
        answered = len(found.body) if found else 0
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(Request(handler.command, handler.path, headers, body, answered))
        if found is None or found.drip:
            handler.close_connection = True
        if found:
            with contextlib.suppress(ConnectionError):
                self._drip(handler) if found.drip else _answer(handler, found)

    def _upstream(self, handler: BaseHTTPRequestHandler, body: bytes) -> Reply:
        if handler.path == "/v1/service":
            return Reply(200, self.service)
        if self.channel and handler.path.startswith(CHANNEL_PATH):
            token = handler.headers.get(TOKEN_HEADER)
            path = handler.path.removeprefix(CHANNEL_PATH)
            return Reply(*self.channel.answer(path, body, token.encode() if token else None))
        prefix, _, path = handler.path.removeprefix("/").partition("/")
        port = self._ports[1 if prefix == "e1" else 0]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        kept = {"content-type", "user-agent", "accept-encoding", "breachdesk-token"}
        headers = {name: v for name, v in handler.headers.items() if name.lower() in kept}
        connection.request(handler.command, f"/{path}", body or None, headers)
        with contextlib.closing(connection), connection.getresponse() as response:
            after = response.headers.get("Retry-After")
            extra = {"Retry-After": after} if after else {}
            return Reply(response.status, response.read(), extra)

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.ended.wait(0.05):
            handler.wfile.write(b"x")


def _answer(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    handler.wfile.write(reply.body)


@dataclass(slots=True)
class Served:
    """A service to ask: its front, its store, its keys."""

    front: Front
    store: Store
    keys: Keys
    built: Build
    key_folder: Path

    @property
    def url(self) -> str:
        return self.front.url

    @property
    def log(self) -> VKey:
        return VKey.of(self.keys.log, LOG_TYPE)

    @property
    def document(self) -> ServiceDocument:
        return ServiceDocument.decode(self.front.service)

    @property
    def requests(self) -> list[Request]:
        return self.front.requests

    def say(self, **changes: Any) -> None:
        """Change the service document."""
        self.front.service = replace(self.document, **changes).encode()

    def publish(self, who: list[Person] | None = None) -> None:
        """The next release."""
        self.built = publish(self.store, self.keys, who)

    @contextlib.contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        """Tamper with replies for as long as this lasts, and put the document back after it."""
        document = self.front.service
        self.front.fault = fault
        try:
            yield
        finally:
            self.front.fault, self.front.service = None, document


def publish(store: Store, keys: Keys, who: list[Person] | None = None) -> Build:
    """Build the next release and publish it now."""
    with store.lock(), store.stage() as stage:
        made = build(keys, stage.number, who)
        for index, data in enumerate(made.buckets):
            stage.write_bucket(index, data)
        entry = encode_manifest(made.manifest)
        stage.publish(entry, keys.log, keys.timestamp, int(time.time()))
    return made


@contextlib.contextmanager
def serve(folder: Path, evaluators: int = 1, *, codes: bool = False) -> Iterator[Served]:
    """Keys, a release, an evaluator for each share, and the front, in `folder` and on loopback.

    With `codes` the release has a code lookup, and a channel service answers.
    """
    opened = create(folder / "keys", origin=ORIGIN)
    keys = folder_keys(opened, evaluators, codes=codes)
    store = Store(folder / "releases")
    built = publish(store, keys)
    settings = CheckSettings(store.folder, folder / "keys", rate=10**6, effort=16)
    apps = [create_app(settings)]
    if evaluators > 1:
        holder = Holder.of(settings, open_folder(folder / "keys", only=KEY_NAMES))
        apps = [CheckApp(settings, {"open": Evaluator(one)}, holder, None) for one in keys.shares]
    with contextlib.ExitStack() as stack:
        front = Front([stack.enter_context(listening(app)) for app in apps])
        stack.callback(front.server.server_close)
        thread = threading.Thread(target=front.server.serve_forever, args=(0.02,))
        thread.start()
        stack.callback(thread.join)
        stack.callback(front.server.shutdown)
        stack.callback(front.ended.set)
        front.channel = Channel(keys.coded) if keys.coded else None
        front.service = _document(front.url, keys)
        yield Served(front, store, keys, built, folder / "keys")


def _document(url: str, keys: Keys) -> bytes:
    named = [
        EvaluatorAddress(f"e{i}", f"{url}/e{i}", public_key(share))
        for i, share in enumerate(keys.shares)
    ]
    return ServiceDocument(
        origin=ORIGIN,
        log=VKey.of(keys.log, LOG_TYPE).text,
        timestamps=(VKey.of(keys.timestamp, TIMESTAMP_TYPE).text,),
        buckets=f"{url}/buckets",
        evaluators={"open": tuple(reversed(named)), "code": _code_evaluators(url, keys)},
        channel=ChannelAddress(f"{url}/c", CHANNELS) if keys.coded else None,
    ).encode()


def _code_evaluators(url: str, keys: Keys) -> tuple[EvaluatorAddress, ...]:
    if keys.coded is None:
        return ()
    return (EvaluatorAddress("e0", f"{url}/e0", public_key(keys.coded.secret)),)


@contextlib.contextmanager
def listening(app: Any) -> Iterator[int]:
    """The application under a real HTTP server; its port."""
    config = uvicorn.Config(app, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
