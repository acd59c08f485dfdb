"""The running check service keeps to its own description, and to no more than that."""

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

from breachdesk.check import openapi
from breachdesk.voprf import Evaluation, blind, finalize
from tests.factories.served import ELEMENT, Made, fetch_token, make_service, running_check

schema = schemathesis.openapi.from_dict(json.loads(openapi()))

EVALUATE = "/v1/evaluate/open/1"
OCTETS = {"Content-Type": "application/octet-stream"}
CANARY = b"canary-of-a-person-01234567"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def url(made: Made, log: Path) -> Iterator[str]:
    with running_check(made, log=log) as (address, _):
        yield address


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_answers_are_as_described(case: schemathesis.Case[Any], url: str) -> None:
    case.call_and_validate(
        base_url=url,
        excluded_checks=[
            # Random bytes of the right length are nearly never an element of the group.
            CHECKS.get_one("positive_data_acceptance"),  # type: ignore[list-item]  # the library types checks too narrowly
            # A type with a suffix is another type to us; the tool takes it for the same.
            CHECKS.get_one("negative_data_rejection"),  # type: ignore[list-item]  # the library types checks too narrowly
        ],
    )


def test_an_evaluation_over_the_wire(url: str, made: Made) -> None:
    blinding = blind(b"input")
    found = httpx.post(url + EVALUATE, content=blinding.element, headers=with_token(url))
    assert found.status_code == 200
    evaluation = Evaluation(found.content[:32], found.content[32:])
    finalize(b"input", blinding, evaluation, made.opened.public.oprf["open"].public)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/releases/000001/../../../keys/log.key",
        "/v1/releases/%2e%2e/%2e%2e/keys/log.key",
        "/v1/releases/000001/buckets/..%2f..%2fentry.json",
        "/v1/releases/000001/%00",
        "//v1/checkpoint",
        "/v1/releases/000001/buckets/",
        "/../keys/oprf-open.key",
    ],
)
def test_no_path_leads_out_of_the_folder(url: str, path: str) -> None:
    """Raw on the socket: clients would tidy the path."""
    status, body = ask_raw(url, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status in (400, 404)
    assert b"PRIVATE" not in body
    assert len(body) < 1000


def test_head_is_get_without_the_body(url: str) -> None:
    target = url + "/v1/releases/000001/buckets/00000000"
    got, head = httpx.get(target), httpx.head(target)
    names = ("content-length", "etag", "cache-control", "content-type")
    assert head.content == b""
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]
    assert "content-encoding" not in got.headers


def test_a_chunked_body_is_bounded(url: str) -> None:
    found = httpx.post(url + EVALUATE, content=iter([b"x" * 600] * 3), headers=OCTETS)
    assert found.status_code == 413
    pieces = iter([ELEMENT[:7], ELEMENT[7:]])
    found = httpx.post(url + EVALUATE, content=pieces, headers=with_token(url))
    assert found.status_code == 200


def test_endless_headers_are_cut_off(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_headers_without_end(connection)


def test_a_new_release_is_served_while_running(url: str, made: Made) -> None:
    before = httpx.get(url + "/v1/checkpoint")
    assert httpx.get(url + "/v1/releases/000002/entry.json").status_code == 404
    made.publish()
    after = httpx.get(url + "/v1/checkpoint", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    entry = httpx.get(url + "/v1/releases/000002/entry.json")
    assert entry.content == (made.releases / "releases/000002/entry.json").read_bytes()
    assert httpx.get(url + "/v1/releases/000001/entry.json").status_code == 200


def test_limits_reach_the_client_and_close_no_other_kind(tmp_path: Path) -> None:
    with running_check(make_service(tmp_path), rate=3) as (url, _):
        statuses = [ask(url, "open").status_code for _ in range(8)]
        assert statuses.count(429) >= 2
        refused = next(one for one in iter(lambda: ask(url, "open"), None) if one.is_error)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert ask(url, "code").status_code == 200
        forged = {"X-Forwarded-For": "198.51.100.7"}
        statuses = [ask(url, "open", forged).status_code for _ in range(4)]
        assert 429 in statuses


def test_no_log_holds_anything_of_a_body(url: str, log: Path) -> None:
    element = blind(b"somebody else").element
    for body in (CANARY, CANARY + b"-----", element, element * 40, CANARY * 60):
        httpx.post(url + EVALUATE, content=body, headers=with_token(url))
    httpx.post(f"{url}{EVALUATE}?q={CANARY.decode()}", content=element, headers=with_token(url))
    canary = {**OCTETS, "Breachdesk-Token": CANARY.decode()}
    httpx.post(url + EVALUATE, content=element, headers=canary)
    httpx.get(f"{url}/v1/{CANARY.decode()}", headers={"X-Test": CANARY.decode()})
    ask_raw(url, f"GET /{CANARY.decode()} HTTP/1.1\r\nbad header {CANARY.decode()}\r\n\r\n")
    said = log.read_bytes() + httpx.get(url + "/metrics").content
    for told in (CANARY, CANARY.hex().encode(), element, element.hex().encode(), b"127.0.0.1"):
        assert told not in said


def send_headers_without_end(connection: socket.socket) -> None:
    for _ in range(2000):
        connection.sendall(b"X-Long: " + b"x" * 1000 + b"\r\n")
        time.sleep(0.001)


def with_token(url: str, kind: str = "open") -> dict[str, str]:
    return {**OCTETS, "Breachdesk-Token": fetch_token(url, kind)}


def ask(url: str, kind: str, more: dict[str, str] | None = None) -> httpx.Response:
    headers = {**with_token(url, kind), **(more or {})}
    return httpx.post(f"{url}/v1/evaluate/{kind}/1", content=ELEMENT, headers=headers)


def ask_raw(url: str, request: str) -> tuple[int, bytes]:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body
