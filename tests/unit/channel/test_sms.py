"""What each answer of an SMS gateway means, by the contract in OPERATIONS."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from breachdesk.channel._messages import Message
from breachdesk.channel._sms import SmsSender
from breachdesk.channel._spool import SpoolSender
from breachdesk.channel.errors import RefusedForGood, RefusedForNow, SendersConfigError

MESSAGE = Message("0a", "phone", "+821012345678", "", "text 1234 5678")


@contextmanager
def gateway(status: int) -> Iterator[tuple[str, list[tuple[dict[str, str], object]]]]:
    """One that gives this answer, and what it was asked."""
    asked: list[tuple[dict[str, str], object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((dict(self.headers), json.loads(body)))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [200, 202, 204])
def test_accepted(status: int) -> None:
    with gateway(status) as (url, asked):
        SmsSender(url, "secret").send(MESSAGE)
    ((headers, body),) = asked
    assert body == {"id": "0a", "to": "+821012345678", "text": "text 1234 5678"}
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "0a"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_refused_for_now(status: int) -> None:
    with gateway(status) as (url, _), pytest.raises(RefusedForNow):
        SmsSender(url, "secret").send(MESSAGE)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 409, 422])
def test_refused_for_good_and_no_redirect_is_followed(status: int) -> None:
    with gateway(status) as (url, asked):
        with pytest.raises(RefusedForGood):
            SmsSender(url, "secret").send(MESSAGE)
        assert len(asked) == 1


def test_a_gateway_that_is_not_there_is_for_now() -> None:
    with gateway(200) as (url, _):
        pass
    with pytest.raises(RefusedForNow):
        SmsSender(url, "secret").send(MESSAGE)


def test_the_spool_is_private_and_whole(tmp_path: Path) -> None:
    sender = SpoolSender(tmp_path / "spool")
    sender.send(MESSAGE)
    sender.send(MESSAGE)
    (file,) = (tmp_path / "spool").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_bytes())["to"] == MESSAGE.to
    file.unlink()
    file.parent.rmdir()
    with pytest.raises(RefusedForNow):
        sender.send(MESSAGE)
    (tmp_path / "file").write_text("")
    with pytest.raises(SendersConfigError):
        SpoolSender(tmp_path / "file" / "below")
