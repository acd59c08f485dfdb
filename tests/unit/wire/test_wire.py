"""Strict JSON, problems, paths, the service document."""

import json
from typing import Any

import pytest

from breachdesk import wire

DOCUMENT: dict[str, Any] = {
    "format": "breachdesk/service/v1",
    "origin": "breach.example.org",
    "log": "k",
    "timestamps": ["t"],
    "buckets": "https://buckets.example.net",
    "channel": {"url": "https://channel.example.org", "channels": ["phone", "desk"]},
    "evaluators": {
        "open": [{"name": "one", "url": "https://one.example.org/base", "public": "ab" * 32}],
        "code": [],
    },
}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}{}",
        b'{"a":1,"a":1}',
        b"1.5",
        b"1e3",
        b"-1",
        b"-0",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'"a\nb"',
        b"[" * 5000,
        b" " * 9000 + b"1",
    ],
)
def test_loads_refuses(data: bytes) -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.loads(data, limit=8192, code="evidence")
    assert caught.value.code == "evidence"


def test_loads_reads() -> None:
    assert wire.loads(b' {"a": [1, "\\ud83d\\ude00", null]} ', limit=64, code="x") == {
        "a": [1, "\U0001f600", None]
    }


def test_errors_never_hold_a_value() -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.Strict("evidence").choice("홍길동", "fields", ["name"])
    assert "홍길동" not in str(caught.value)


@pytest.mark.parametrize(
    "edit",
    [
        {"format": "breachdesk/service/v2"},
        {"more": 1},
        {"timestamps": []},
        {"origin": ""},
        {"origin": "a b"},
        {"buckets": "ftp://buckets.example.net"},
        {"buckets": "https://buckets.example.net/"},
        {"buckets": "https://u@buckets.example.net"},
        {"buckets": "https://buckets.example.net/?a"},
        {"evaluators": {"open": []}},
        {"channel": {"url": "https://channel.example.org", "channels": []}},
        {"channel": {"url": "https://channel.example.org", "channels": ["desk", "phone"]}},
        {"channel": {"url": "https://channel.example.org", "channels": ["pigeon"]}},
        {"channel": {"url": "https://channel.example.org/", "channels": ["phone"]}},
        {
            "evaluators": {
                "open": [{"name": "x", "url": "https://x", "public": "AB" * 32}],
                "code": [],
            }
        },
    ],
)
def test_service_document_refuses(edit: dict[str, Any]) -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.ServiceDocument.decode(json.dumps(DOCUMENT | edit).encode())
    assert caught.value.code == "service"


def test_service_document_reads() -> None:
    found = wire.ServiceDocument.decode(json.dumps(DOCUMENT).encode())
    assert found.evaluators["open"][0].public == b"\xab" * 32
    assert found.evaluators["code"] == ()
    assert found.channel == wire.ChannelAddress("https://channel.example.org", ("phone", "desk"))
    without = wire.ServiceDocument.decode(json.dumps(DOCUMENT | {"channel": None}).encode())
    assert without.channel is None


def test_service_document_is_not_written_wrong() -> None:
    found = wire.ServiceDocument("a b", "k", ("t",), "https://x", {})
    with pytest.raises(wire.WireError):
        found.encode()


def test_problems_have_the_statuses_of_section_10() -> None:
    statuses = {name: problem.status for name, problem in wire.PROBLEMS.items()}
    assert statuses == {
        "invalid-element": 400,
        "invalid-length": 400,
        "invalid-request": 400,
        "not-served": 403,
        "not-the-builder": 403,
        "proof-of-work": 403,
        "wrong-code": 403,
        "unsupported-media-type": 415,
        "not-found": 404,
        "method-not-allowed": 405,
        "too-large": 413,
        "too-many-requests": 429,
        "unavailable": 503,
        "internal": 500,
    }


def test_problem_body() -> None:
    body = json.loads(wire.problem_body("too-many-requests", retry_after=5))
    assert body["type"] == "urn:breachdesk:problem:too-many-requests"
    assert (body["status"], body["retry_after"]) == (429, 5)
    with pytest.raises(KeyError):
        wire.problem_body("other")


def test_paths() -> None:
    assert wire.bucket_path(1, 42) == "releases/000001/buckets/0000002a"
    assert wire.entry_path(12) == "releases/000012/entry.json"
    assert wire.leaves_path(12) == "releases/000012/leaves"
    assert wire.release_checkpoint_path(12) == "releases/000012/checkpoint"
    assert wire.evaluate_path("open", 3) == "evaluate/open/3"
