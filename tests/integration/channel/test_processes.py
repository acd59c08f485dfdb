"""The channel service as it runs: processes, a real SMTP server, the SMS receiver, kills."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.factories.channel import (
    MAILBOX,
    PHONE,
    Made,
    end,
    in_process,
    make_channel,
    running_channel,
    running_sender,
)
from tests.factories.postgres import new_database, postgres_server
from tests.factories.sent_codes import code_in
from tests.factories.smtp import smtp_server
from tests.factories.work import solve

SMTP = 'sender = "smtp"\nhost = "127.0.0.1"\ntls = "none"\nport = {port}'


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with new_database(request.getfixturevalue("postgres")) as url:
        yield url


def ask(url: str, kind: str, address: str) -> httpx.Response:
    header = solve(httpx.get(url + "/v1/challenge/channel/1").content).decode()
    body = {"type": kind, "address": address, "language": "en"}
    return httpx.post(
        url + "/v1/channel/ask", json=body, headers={"Breachdesk-Token": header}, timeout=30
    )


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not come to pass"
        time.sleep(0.05)


def states(url: str) -> dict[str, int]:
    """Messages by state, from the metrics."""
    found: dict[str, int] = {}
    for line in httpx.get(url + "/metrics").text.splitlines():
        if line.startswith("breachdesk_channel_messages{"):
            state = line.split('state="')[1].split('"')[0]
            found[state] = found.get(state, 0) + int(float(line.rsplit(" ", 1)[1]))
    return found


def test_a_mail_from_a_real_server_gives_the_token(tmp_path: Path, database: str) -> None:
    with smtp_server() as server:
        made = make_channel(tmp_path, database=database, email=SMTP.format(port=server.port))
        with running_channel(made) as (url, _), running_sender(made):
            ticket = ask(url, "email", MAILBOX).json()["ticket"]
            until(lambda: len(server.envelopes) == 1)
            ((_, to, mail),) = server.envelopes
            assert to == [MAILBOX]
            body = {"type": "email", "address": MAILBOX, "ticket": ticket}
            body["code"] = code_in(mail.get_content())
            assert len(httpx.post(url + "/v1/channel/token", json=body).content) == 96


@contextmanager
def sms_receiver(folder: Path) -> Iterator[str]:
    """The reference receiver as a process, with its address."""
    (folder / "token").write_text("bearer-of-the-test\n")
    command = ["sms-receiver", "--port", "0", "--folder", str(folder / "sms")]
    process = subprocess.Popen(
        [sys.executable, "-c",
            "from breachdesk.cli import main; main()", "channel", *command, "--token-file",
         str(folder / "token")],
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("Receiving at ").strip()
    finally:
        end(process)  # type: ignore[arg-type]  # its pipe is of text


def test_a_text_message_through_the_reference_receiver(tmp_path: Path) -> None:
    with sms_receiver(tmp_path) as address:
        way = f'sender = "sms"\nurl = "{address}"\ntoken_file = "token"'
        made = make_channel(tmp_path, phone=way)
        with running_channel(made) as (url, _), running_sender(made):
            ticket = ask(url, "phone", PHONE).json()["ticket"]
            until(lambda: any((tmp_path / "sms").glob("*.json")))
            (file,) = (tmp_path / "sms").glob("*.json")
            message = json.loads(file.read_bytes())
            assert message["to"] == PHONE
            assert file.stat().st_mode & 0o777 == 0o600
            body = {"type": "phone", "address": PHONE, "ticket": ticket}
            body["code"] = code_in(message["text"])
            assert len(httpx.post(url + "/v1/channel/token", json=body).content) == 96
            until(lambda: states(url) == {"sent": 1})
        headers = {"Authorization": "Bearer bearer-of-the-test"}
        twice = {**headers, "Idempotency-Key": message["id"]}
        assert httpx.post(address, json=message, headers=twice).status_code == 200
        assert httpx.post(address, json=message, headers=headers).status_code == 422
        assert httpx.post(address, json={"id": "../x"}, headers=twice).status_code == 422
        assert httpx.post(address, json=message).status_code == 401
        assert len(list((tmp_path / "sms").glob("*"))) == 1


def test_a_server_that_hangs_delays_no_asking(tmp_path: Path) -> None:
    with smtp_server() as server:
        server.slow = 30
        made = make_channel(tmp_path, email=SMTP.format(port=server.port), top="senders = 2")
        with running_channel(made) as (url, _), running_sender(made):
            for number in range(4):
                assert ask(url, "email", f"a{number}@mail.example").status_code == 202
            until(lambda: states(url).get("claimed") == 2)
            assert all(
                ask(url, "email", f"b{number}@mail.example").status_code == 202
                for number in range(10)
            )
            assert server.envelopes == []
            assert states(url) == {"claimed": 2, "queued": 12}


def test_a_sender_killed_in_mid_send_sends_nothing_twice_and_loses_nothing(
    tmp_path: Path, database: str
) -> None:
    with smtp_server() as server:
        server.slow = 0.4
        made = make_channel(
            tmp_path, database=database, email=SMTP.format(port=server.port), top="senders = 3"
        )
        with running_channel(made) as (url, _):
            addresses = [f"person{number}@mail.example" for number in range(24)]
            for address in addresses:
                assert ask(url, "email", address).status_code == 202
            for kill in range(3):
                with running_sender(made) as sender:
                    enough = len(server.envelopes) + 3
                    until(lambda n=enough: len(server.envelopes) >= n)  # type: ignore[misc]  # bound at once
                    sender.send_signal(signal.SIGKILL)
                    sender.wait()
                assert states(url).get("claimed", 0) <= 3 * (kill + 1)
            with running_sender(made):
                until(lambda: "queued" not in states(url) and states(url).get("claimed", 0) <= 9)
                time.sleep(1)
            left = states(url)
            arrived = [to for _, (to,), _ in server.envelopes]
            assert len(arrived) == len(set(arrived)), "a message was sent twice"
            # What arrived while its sender died counts as claimed, and dies as unknown.
            assert left["sent"] + left["claimed"] == len(addresses)
            assert left["sent"] <= len(arrived)
            settled_as_unknown(made, left["claimed"])


def settled_as_unknown(made: Made, count: int) -> None:
    """Once their time is up, the killed senders' rows are dead as unknown, and wiped."""
    with in_process(made) as service:
        from breachdesk.channel import _outbox, tasks  # noqa: PLC0415
        from breachdesk.channel.models import Outgoing  # noqa: PLC0415

        tasks.tidy(int(time.time()) + _outbox.CLAIM_SECONDS + 1)
        assert service.made is made
        unknown = Outgoing.objects.filter(state="dead", reason="unknown", sealed=b"")
        assert unknown.count() == count


def test_what_was_acknowledged_survives_a_kill_of_the_service(
    tmp_path: Path, database: str
) -> None:
    made = make_channel(tmp_path, database=database)
    acknowledged: list[str] = []
    with running_channel(made) as (url, pid):
        stop = threading.Event()

        def keep_asking(start: int) -> None:
            number = start
            while not stop.is_set():
                address = f"+8210{number:08d}"
                number += 1
                try:
                    if ask(url, "phone", address).status_code == 202:
                        acknowledged.append(address)
                except (httpx.HTTPError, KeyError, ValueError):
                    return

        threads = [
            threading.Thread(target=keep_asking, args=(start,)) for start in (11000000, 22000000)
        ]
        for thread in threads:
            thread.start()
        until(lambda: len(acknowledged) >= 15)
        os.kill(pid, signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
    with running_channel(made) as (url, _), running_sender(made):
        until(lambda: "queued" not in states(url) and "claimed" not in states(url))
    files = [json.loads(file.read_bytes())["to"] for file in made.spool.glob("*.json")]
    assert set(acknowledged) <= set(files)
    assert len(files) == len(set(files))
