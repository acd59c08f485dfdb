"""The running channel service keeps to its own description, and to no more than that."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from breachdesk.channel import openapi
from breachdesk.identifiers import letter_code_of, letter_id, token_input
from breachdesk.voprf import Evaluation, blind, finalize
from tests.factories.channel import (
    MAILBOX,
    PHONE,
    Made,
    make_channel,
    running_channel,
    running_sender,
)
from tests.factories.sent_codes import code_in
from tests.factories.served import wait_for
from tests.factories.work import solve

schema = schemathesis.openapi.from_dict(json.loads(openapi()))
JSON = "application/json"
CANARY = "canary-of-a-person-01234567"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_channel(tmp_path_factory.mktemp("channel"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def url(made: Made, log: Path) -> Iterator[str]:
    with running_channel(made, log=log) as (address, _), running_sender(made, log=log):
        wait_for(address.removeprefix("http://"))
        yield address


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_answers_are_as_described(case: schemathesis.Case[Any], url: str) -> None:
    case.call_and_validate(
        base_url=url,
        excluded_checks=[
            # Random texts are nearly never canonical, nor is a random token or code a good one.
            CHECKS.get_one("positive_data_acceptance"),  # type: ignore[list-item]  # the library types checks too narrowly
            # A token of work that is not there is refused as one that is wrong.
            CHECKS.get_one("negative_data_rejection"),  # type: ignore[list-item]  # the library types checks too narrowly
            CHECKS.get_one("missing_required_header"),  # type: ignore[list-item]  # the library types checks too narrowly
        ],
    )


def token(url: str) -> dict[str, str]:
    return {"Breachdesk-Token": solve(httpx.get(url + "/v1/challenge/channel/1").content).decode()}


def ask(url: str, kind: str, address: str, **headers: str) -> httpx.Response:
    body = {"type": kind, "address": address, "language": "ko"}
    return httpx.post(url + "/v1/channel/ask", json=body, headers={**token(url), **headers})


def sent_to(made: Made, address: str) -> str:
    """The code that was sent to an address, once it was."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        for file in made.spool.glob("*.json"):
            message = json.loads(file.read_bytes())
            if message["to"] == address:
                return code_in(message["text"])
        time.sleep(0.05)
    raise AssertionError("nothing was sent")


@pytest.mark.parametrize(("kind", "address"), [("phone", PHONE), ("email", MAILBOX)])
def test_from_asking_to_the_token(url: str, made: Made, kind: str, address: str) -> None:
    asked = ask(url, kind, address)
    assert asked.status_code == 202
    assert asked.json().keys() == {"ticket", "expires_in"}
    body = {
        "type": kind,
        "address": address,
        "ticket": asked.json()["ticket"],
        "code": sent_to(made, address),
    }
    found = httpx.post(url + "/v1/channel/token", json=body)
    assert found.status_code == 200
    value = token_input(1, kind, address.encode())
    finalize(
        value,
        blind(value, fixed_blind=b"\x01" + bytes(31)),
        Evaluation(found.content[:32], found.content[32:]),
        made.opened.oprf("channel").public,
    )
    again = httpx.post(url + "/v1/channel/token", json=body)
    assert again.status_code == 403
    assert again.json()["type"] == "urn:breachdesk:problem:wrong-code"


def test_a_letter_over_the_wire(url: str, made: Made) -> None:
    key = made.opened.letter
    code = letter_code_of(key, 1, letter_id(key, 1, b"subject-0001"))
    where = url + "/v1/channel/letter"
    assert len(httpx.post(where, json={"code": code}, headers=token(url)).content) == 96
    assert problem(httpx.post(where, json={"code": code})) == "proof-of-work"
    spaced = f"{code[:4]} {code[4:]}"
    assert problem(httpx.post(where, json={"code": spaced}, headers=token(url))) == (
        "invalid-request"
    )


def test_a_token_of_work_serves_one_request(url: str) -> None:
    header = token(url)
    body = {"type": "phone", "address": "+821087654321", "language": "en"}
    first = httpx.post(url + "/v1/channel/ask", json=body, headers=header)
    second = httpx.post(url + "/v1/channel/ask", json=body, headers=header)
    assert (first.status_code, problem(second)) == (202, "proof-of-work")


def asking(**changed: object) -> bytes:
    """The body of an `ask`, with changes."""
    plain = {"type": "phone", "address": "+821012345678", "language": "ko"}
    return json.dumps({**plain, **changed}).encode()


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"{}", JSON, "invalid-request"),
        (b"[]", JSON, "invalid-request"),
        (b"\xff", JSON, "invalid-request"),
        (b'{"type":"phone","type":"phone"}', JSON, "invalid-request"),
        (asking(address="010-1234-5678"), JSON, "invalid-request"),
        (asking(type="letter", address="00000000"), JSON, "invalid-request"),
        (asking(language="fr"), JSON, "invalid-request"),
        (asking(more=1), JSON, "invalid-request"),
        (asking(address="+8225551234"), JSON, "not-served"),
        (asking(), "text/plain", "unsupported-media-type"),
        (b"x" * 1025, JSON, "too-large"),
    ],
)
def test_wrong_bodies(url: str, content: bytes, kind: str, expected: str) -> None:
    headers = {"Content-Type": kind, **token(url)}
    found = httpx.post(url + "/v1/channel/ask", content=content, headers=headers)
    assert problem(found) == expected
    assert found.headers["cache-control"] == "no-store"


def test_a_chunked_body_is_bounded(url: str) -> None:
    headers = {"Content-Type": "application/json"}
    found = httpx.post(url + "/v1/channel/token", content=iter([b"x" * 600] * 3), headers=headers)
    assert problem(found) == "too-large"


def test_methods_paths_and_epochs(url: str) -> None:
    found = httpx.get(url + "/v1/channel/ask")
    assert (problem(found), found.headers["allow"]) == ("method-not-allowed", "POST, OPTIONS")
    for path in ("/v1/challenge/channel/2", "/v1/challenge/open/1", "/v1/channel", "/", "/admin/"):
        assert problem(httpx.get(url + path)) == "not-found"
    assert problem(httpx.delete(url + "/nothing")) == "not-found"
    head = httpx.head(url + "/healthz")
    assert (head.status_code, head.content) == (200, b"")


def test_browsers_of_any_page_may_ask(url: str) -> None:
    found = httpx.options(url + "/v1/channel/ask", headers={"Origin": "https://page.example"})
    assert found.status_code == 204
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["access-control-allow-methods"] == "POST, OPTIONS"
    assert found.headers["access-control-allow-headers"] == "Content-Type, Breachdesk-Token"
    assert "access-control-allow-credentials" not in found.headers
    assert httpx.get(url + "/healthz").headers["access-control-expose-headers"] == "Retry-After"


@pytest.mark.parametrize(
    "origins", [("https://a.example",), ("https://a.example", "https://b.example")]
)
def test_only_configured_pages_may_read(tmp_path: Path, origins: tuple[str, ...]) -> None:
    with running_channel(make_channel(tmp_path), page_origins=origins) as (url, _):
        path = url + "/v1/openapi.json"
        ours = httpx.get(path, headers={"Origin": origins[-1]}).headers
        assert ours["access-control-allow-origin"] == origins[-1]
        other = httpx.get(path, headers={"Origin": "https://evil.example"}).headers
        assert other.get("access-control-allow-origin") != "https://evil.example"


def test_without_a_sender_it_is_not_well(tmp_path: Path) -> None:
    with running_channel(make_channel(tmp_path)) as (url, _):
        found = httpx.get(url + "/healthz")
        assert problem(found) == "unavailable"
        assert int(found.headers["retry-after"]) > 0


def test_limits_of_a_client(tmp_path: Path) -> None:
    made = make_channel(tmp_path)
    text = made.config.read_text().replace("client_rate = 1000000", "client_rate = 3")
    made.config.write_text(text)
    with running_channel(made) as (url, _):
        headers = {"X-Forwarded-For": "198.51.100.7"}
        answers = [httpx.get(url + "/v1/challenge/channel/1", headers=headers) for _ in range(8)]
        refused = [one for one in answers if one.status_code == 429]
        assert len(refused) >= 2
        assert 1 <= int(refused[0].headers["retry-after"]) <= 60


def test_no_log_and_no_metric_holds_what_was_sent(url: str, made: Made, log: Path) -> None:
    address = "+821055550000"
    ticket = ask(url, "phone", address).json()["ticket"]
    code = sent_to(made, address)
    for body in (CANARY, json.dumps({"type": CANARY}), json.dumps({"address": address})):
        httpx.post(
            url + "/v1/channel/token",
            content=body,
            headers={"Content-Type": "application/json", "X-Canary": CANARY},
        )
    httpx.get(f"{url}/{CANARY}?q={CANARY}", headers={"Host": CANARY, "Cookie": CANARY})
    ask_raw(url, f"GET /{CANARY} HTTP/1.1\r\nbad header {CANARY}\r\n\r\n")
    said = log.read_text() + httpx.get(url + "/metrics").text
    assert "breachdesk_channel_messages{" in said
    assert 'breachdesk_evaluations_total{epoch="1",kind="channel"}' in said
    for told in (CANARY, address, address[1:], address[3:], ticket, code, MAILBOX, "127.0.0.1"):
        assert told not in said


def problem(found: httpx.Response) -> str:
    assert found.headers["content-type"] == "application/problem+json"
    name: str = found.json()["type"].removeprefix("urn:breachdesk:problem:")
    return name


def ask_raw(url: str, request: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request.encode())
        connection.recv(65536)
