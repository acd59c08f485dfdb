"""Alarms: told once, delivered for real, and never with anything but a name and numbers."""

import json
import logging
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from breachdesk.admission import (
    Alarms,
    CountStore,
    MemoryStore,
    OptionError,
    StoreError,
    check_webhook,
    mail,
    make_alarms,
    parse_mail_route,
    webhook,
)
from tests.factories.clocks import Clock
from tests.factories.ports import free_port


class Receiver:
    """A webhook that fails as often as it is told to."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.fails = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.fails -= 1
                # Kept before it is answered: whoever has the answer may look at once.
                if receiver.fails < 0:
                    receiver.got.append(json.loads(body))
                self.send_response(500 if receiver.fails >= 0 else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alarm"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def test_the_same_alarm_is_told_once_in_a_while(
    receiver: Receiver, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    alarms = Alarms(None, [webhook(receiver.url)], quiet=100, clock=clock)
    for number in range(5):
        alarms.tell("rate", evaluations=number)
    alarms.tell("budget", used=0.8)
    alarms.flush()
    assert [(one["alarm"], one["counts"]) for one in receiver.got] == [
        ("rate", {"evaluations": 0}),
        ("budget", {"used": 0.8}),
    ]
    clock.now += 100
    alarms.tell("rate", evaluations=9)
    alarms.flush()
    assert receiver.got[-1]["held_back"] == 4
    assert receiver.got[-1]["format"] == "breachdesk/alarm/v1"
    assert receiver.got[-1]["at"].startswith("2026-")
    assert [one.getMessage() for one in caplog.records] == [
        "alarm rate evaluations=0",
        "alarm budget used=0.8",
        "alarm rate evaluations=9",
    ]


def test_processes_that_share_a_store_tell_it_once(
    receiver: Receiver, store: CountStore, clock: Clock
) -> None:
    for _ in range(3):
        alarms = Alarms(store, [webhook(receiver.url)], clock=clock)
        alarms.tell("rate", evaluations=1)
        alarms.flush()
    assert len(receiver.got) == 1


class Gone(MemoryStore):
    """A store that is out of reach."""

    def once(self, key: str, seconds: int) -> bool:  # noqa: ARG002
        raise StoreError("out of reach")


def test_without_the_store_an_alarm_is_not_lost(receiver: Receiver) -> None:
    alarms = Alarms(Gone(), [webhook(receiver.url)])
    alarms.tell("store", failures=1)
    alarms.flush()
    assert len(receiver.got) == 1


def test_a_delivery_is_tried_again_and_given_up(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.fails = 2
    alarms = Alarms(None, [webhook(receiver.url)], waits=(0.0, 0.0))
    alarms.tell("rate")
    alarms.flush()
    assert len(receiver.got) == 1
    receiver.fails = 3
    with caplog.at_level(logging.ERROR):
        alarms.tell("networks")
        alarms.flush()
    assert len(receiver.got) == 1
    assert "alarm networks not delivered: HTTPStatusError" in caplog.text


def test_telling_never_waits(caplog: pytest.LogCaptureFixture) -> None:
    """The receiver hangs; sixty-four alarms may wait, and more are in the log."""
    hold, begun = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        begun.set()
        hold.wait(60)

    alarms = Alarms(None, [hang])
    alarms.tell("first")
    assert begun.wait(60)
    for number in range(70):
        alarms.tell(f"more-{number}")
    hold.set()
    alarms.flush()
    assert caplog.text.count("not delivered: too many wait") == 6


class Kept(MessageHandler):
    """Keeps what a real SMTP server took."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


def test_a_mail_goes_through_a_real_server() -> None:
    kept = Kept()
    port = free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        url = f"smtp://127.0.0.1:{port}?from=desk@example.org&to=a@example.org&to=b@example.org"
        alarms = make_alarms(None, webhook_url=None, mail_url=url)
        alarms.tell("budget", used=0.8, left=12)
        alarms.flush()
    finally:
        controller.stop()
    (message,) = kept.messages
    assert message["Subject"] == "Breachdesk: budget"
    assert (message["From"], message["To"]) == ("desk@example.org", "a@example.org, b@example.org")
    words = message.get_payload(decode=True)
    assert isinstance(words, bytes)
    assert "used=0.8 left=12" in words.decode()
    assert "할 일" in words.decode()


@pytest.mark.parametrize(
    ("name", "counts"),
    [("Rate", {}), ("rate 1", {}), ("", {}), ("rate", {"who": "192.0.2.1"}), ("rate", {"a": None})],
)
def test_nothing_but_a_name_and_numbers(name: str, counts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a name and numbers"):
        Alarms().tell(name, **counts)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://host",
        "smtp://host?from=a@b",
        "smtp://host?from=ab&to=a@b",
        "http://host?from=a@b&to=a@b",
        "smtp://?from=a@b&to=a@b",
        "smtp://host:x?from=a@b&to=a@b",
        "smtp://host?from=a@b%0aBcc:c@d&to=a@b",
    ],
)
def test_a_mail_route_that_is_none_is_told(url: str) -> None:
    with pytest.raises(OptionError, match="alarm mail"):
        parse_mail_route(url)


def test_a_mail_route_keeps_its_password_to_itself() -> None:
    route = parse_mail_route("smtps://desk:ge%40heim@host?from=a@b.c&to=a@b.c")
    assert (route.port, route.user, route.password) == (465, "desk", "ge@heim")
    assert "heim" not in repr(route)
    assert callable(mail(route))


@pytest.mark.parametrize("url", ["", "ftp://host/x", "https://", "host/x"])
def test_a_webhook_that_is_none_is_told(url: str) -> None:
    with pytest.raises(OptionError, match="alarm webhook"):
        check_webhook(url)
