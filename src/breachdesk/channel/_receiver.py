"""The reference receiver of the SMS gateway contract (OPERATIONS): a file a message.

Whoever writes a gateway can read here what is asked of it: the token, the three members, an id that
is taken once, and which answers mean what.
"""

import hmac
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from breachdesk.channel._mail_settings import read_secret
from breachdesk.channel._spool import write_whole
from breachdesk.wire import Strict, WireError, dumps, loads

_HOST: Final = "127.0.0.1"
_LIMIT: Final = 8192
_SECONDS: Final = 10.0
_ID: Final = r"[0-9a-f-]{1,64}"
_TO: Final = r"\+[1-9][0-9]{6,14}"
_STRICT: Final = Strict("message")


def receive_sms(port: int, folder: Path, token_file: Path, tell: Callable[[str], None]) -> None:
    """Listen on this machine until interrupted. Raises SendersConfigError or OSError."""
    token = read_secret(token_file, "--token-file")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = partial(_Handler, token, folder)
    with ThreadingHTTPServer((_HOST, port), handler) as server:
        tell(f"Receiving at http://{_HOST}:{server.server_port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


class _Handler(BaseHTTPRequestHandler):
    """One request. Nothing of it is logged."""

    timeout = _SECONDS

    def __init__(self, token: str, folder: Path, *arguments: object) -> None:
        self._expected = f"Bearer {token}".encode()
        self._folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]  # as the server calls it

    def do_POST(self) -> None:
        """Take a message, or say why not."""
        self._answer(self._take())

    def log_message(self, *_: object) -> None:
        """A request line could hold an address."""

    def _take(self) -> HTTPStatus:
        given = self.headers.get("Authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, self._expected):
            return HTTPStatus.UNAUTHORIZED
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,6}", length) or int(length) > _LIMIT:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            message = _read(self.rfile.read(int(length)))
        except WireError:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        if self.headers.get("Idempotency-Key") != message["id"]:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        path = self._folder / f"{message['id']}.json"
        if path.exists():
            return HTTPStatus.OK  # taken before: the sender did not hear of it
        write_whole(path, dumps(message))
        return HTTPStatus.ACCEPTED

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def _read(body: bytes) -> dict[str, str]:
    found = _STRICT.object(
        loads(body, limit=_LIMIT, code="message"), "message", ("id", "to", "text")
    )
    return {
        "id": _STRICT.text(found["id"], "id", pattern=_ID),
        "to": _STRICT.text(found["to"], "to", pattern=_TO),
        "text": _STRICT.text(found["text"], "text", most=1000),
    }
