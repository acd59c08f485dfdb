"""Every route and every problem of the check service (PROTOCOL section 10)."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from breachdesk.check import CheckApp, CheckSettings, LimitStoreError, create_app, openapi
from breachdesk.check.errors import Refusal
from breachdesk.voprf import Evaluation, blind, finalize
from breachdesk.wire import PROBLEMS
from tests.factories.served import ELEMENT, OCTETS, Answer, Made, call, make_service

EVALUATE = "/v1/evaluate/open/1"
BUCKET = "/v1/releases/000001/buckets/00000000"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_service(tmp_path_factory.mktemp("service"))


@pytest.fixture
def app(made: Made) -> CheckApp:
    return create_app(CheckSettings(made.releases, made.keys, body_seconds=0.05))


def post(app: CheckApp, *body: bytes, path: str = EVALUATE) -> Answer:
    found = call(app, "POST", path, headers=[OCTETS], body=body)
    assert found is not None
    return found


def get(app: CheckApp, path: str, method: str = "GET", **headers: str) -> Answer:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    found = call(app, method, path, headers=sent)
    assert found is not None
    return found


def expect_problem(found: Answer, name: str) -> None:
    assert found.status == PROBLEMS[name].status
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["access-control-allow-origin"] == "*"
    body = json.loads(found.body)
    assert body == {
        "type": f"urn:breachdesk:problem:{name}",
        "title": PROBLEMS[name].title,
        "status": PROBLEMS[name].status,
    }


@pytest.mark.parametrize("kind", ["open", "code"])
def test_an_evaluation_finalizes_under_the_kinds_own_key(
    app: CheckApp, made: Made, kind: str
) -> None:
    blinding = blind(b"input")
    found = post(app, blinding.element, path=f"/v1/evaluate/{kind}/1")
    assert found.status == 200
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["content-length"] == "96"
    evaluation = Evaluation(found.body[:32], found.body[32:])
    public = made.opened.public.oprf[kind].public
    assert len(finalize(b"input", blinding, evaluation, public)) == 64


def test_a_body_in_pieces_is_one_body(app: CheckApp) -> None:
    assert post(app, ELEMENT[:5], ELEMENT[5:], b"").status == 200


@pytest.mark.parametrize("body", [(b"",), (ELEMENT[:-1],), (ELEMENT + b"x",), (b"x" * 1024,)])
def test_another_length_is_invalid(app: CheckApp, body: tuple[bytes, ...]) -> None:
    expect_problem(post(app, *body), "invalid-length")


@pytest.mark.parametrize("element", [bytes(32), b"\xff" * 32, b"\x01" + bytes(31)])
def test_what_is_no_element_is_refused(app: CheckApp, element: bytes) -> None:
    expect_problem(post(app, element), "invalid-element")


def test_a_long_body_is_refused_before_it_has_all_come(app: CheckApp) -> None:
    """Forty pieces are offered; it must not take them all."""
    taken = 0

    def pieces() -> list[bytes]:
        return [b"x" * 100] * 40

    class Counting(list[bytes]):
        def pop(self, index: int = -1) -> bytes:  # type: ignore[override]  # list takes any SupportsIndex
            nonlocal taken
            taken += 1
            return super().pop(index)

    found = call(app, "POST", EVALUATE, headers=[OCTETS], body=Counting(pieces()))
    assert found is not None
    expect_problem(found, "too-large")
    expect_problem(post(app, b"x" * 1025), "too-large")


def test_an_announced_length_is_enough_to_refuse(app: CheckApp) -> None:
    headers = [OCTETS, (b"content-length", b"1025")]
    found = call(app, "POST", EVALUATE, headers=headers, body=[])
    assert found is not None
    expect_problem(found, "too-large")


@pytest.mark.parametrize("media", [None, b"application/json", b"", b"application/octet-streams"])
def test_another_media_type_is_refused(app: CheckApp, media: bytes | None) -> None:
    headers = [] if media is None else [(b"content-type", media)]
    found = call(app, "POST", EVALUATE, headers=headers, body=[ELEMENT])
    assert found is not None
    expect_problem(found, "unsupported-media-type")


def test_a_media_type_is_no_matter_of_case(app: CheckApp) -> None:
    headers = [(b"content-type", b"Application/Octet-Stream; x=y")]
    found = call(app, "POST", EVALUATE, headers=headers, body=[ELEMENT])
    assert found is not None
    assert found.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/evaluate/open/2",
        "/v1/evaluate/open/01",
        "/v1/evaluate/channel/1",
        "/v1/evaluate/open/1/",
        "/v1/evaluate",
    ],
)
def test_another_kind_or_epoch_is_not_there(app: CheckApp, path: str) -> None:
    expect_problem(post(app, ELEMENT, path=path), "not-found")


def test_a_client_that_goes_away_gets_nothing(app: CheckApp) -> None:
    assert call(app, "POST", EVALUATE, headers=[OCTETS], body=[]) is None


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (EVALUATE, "POST, OPTIONS"),
        ("/v1/checkpoint", "GET, HEAD, OPTIONS"),
        (BUCKET, "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_told_which_are_allowed(app: CheckApp, path: str, allow: str) -> None:
    found = get(app, path, "DELETE")
    expect_problem(found, "method-not-allowed")
    assert found.headers["allow"] == allow
    asked = get(app, path, "OPTIONS")
    assert (asked.status, asked.body) == (204, b"")
    assert asked.headers["access-control-allow-methods"] == allow
    assert asked.headers["access-control-allow-headers"] == "Content-Type"
    assert int(asked.headers["access-control-max-age"]) > 0
    assert "access-control-allow-credentials" not in asked.headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("checkpoint", "text/plain; charset=utf-8"),
        ("releases/000001/entry.json", "application/json"),
        ("releases/000001/leaves", "application/octet-stream"),
        ("releases/000001/checkpoint", "text/plain; charset=utf-8"),
        ("releases/000001/buckets/00000003", "application/octet-stream"),
    ],
)
def test_files_are_served_as_they_are(app: CheckApp, made: Made, path: str, kind: str) -> None:
    found = get(app, f"/v1/{path}")
    assert found.status == 200
    assert found.body == (made.releases / path).read_bytes()
    assert found.headers["content-type"] == kind
    assert found.headers["content-length"] == str(len(found.body))
    expected = "max-age=5" if path == "checkpoint" else "immutable"
    assert expected in found.headers["cache-control"]
    head = get(app, f"/v1/{path}", "HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", found.headers)
    again = get(app, f"/v1/{path}", if_none_match=f'"x", W/{found.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert get(app, f"/v1/{path}", if_none_match='"x"').status == 200


def test_the_description_is_valid_and_served(app: CheckApp) -> None:
    document = json.loads(openapi())
    validate(document)
    assert json.loads(get(app, "/v1/openapi.json").body) == document
    names = document["components"]["schemas"]["Problem"]["properties"]["type"]["pattern"]
    assert all(name in names for name in PROBLEMS)


def test_health_needs_a_published_release(made: Made, tmp_path: Path) -> None:
    empty = create_app(CheckSettings(tmp_path, made.keys))
    expect_problem(get(empty, "/healthz"), "unavailable")
    found = get(empty, "/v1/checkpoint")
    expect_problem(found, "unavailable")
    assert int(found.headers["retry-after"]) >= 1
    assert get(create_app(CheckSettings(made.releases, made.keys)), "/healthz").status == 200


def test_origins_are_told_apart(made: Made) -> None:
    one = create_app(CheckSettings(made.releases, made.keys, ("https://a.example",)))
    found = get(one, "/v1/checkpoint", origin="https://evil.example")
    assert found.headers["access-control-allow-origin"] == "https://a.example"
    two = create_app(
        CheckSettings(made.releases, made.keys, ("https://a.example", "https://b.example"))
    )
    found = get(two, "/v1/checkpoint", origin="https://b.example")
    assert found.headers["access-control-allow-origin"] == "https://b.example"
    assert found.headers["vary"] == "Origin"
    assert found.headers["access-control-expose-headers"] == "Retry-After"
    found = get(two, "/v1/checkpoint", origin="https://evil.example")
    assert "access-control-allow-origin" not in found.headers
    headers = [OCTETS, (b"origin", b"https://a.example")]
    evaluated = call(two, "POST", EVALUATE, headers=headers, body=[ELEMENT])
    assert evaluated is not None
    assert evaluated.headers["access-control-allow-origin"] == "https://a.example"


class Broken:
    """A limiter whose store fails as a library's would."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def hit(self, address: str) -> None:  # noqa: ARG002
        raise self._error


def test_refusals_of_the_limiter_reach_the_client(made: Made) -> None:
    settings = CheckSettings(made.releases, made.keys)
    for name in ("too-many-requests", "unavailable"):
        app = create_app(settings, limiter=Broken(Refusal(name, retry_after=7)))
        found = post(app, ELEMENT)
        expect_problem(found, name)
        assert found.headers["retry-after"] == "7"


def test_any_fault_is_internal_and_its_text_is_not_logged(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    error = LimitStoreError("canary of the request")
    app = create_app(CheckSettings(made.releases, made.keys), limiter=Broken(error))
    with caplog.at_level(logging.DEBUG):
        expect_problem(post(app, ELEMENT), "internal")
    assert "LimitStoreError" in caplog.text
    assert "canary" not in caplog.text


def test_no_address_is_no_free_pass(app: CheckApp) -> None:
    found = call(app, "POST", EVALUATE, headers=[OCTETS], body=[ELEMENT], client=None)
    assert found is not None
    expect_problem(found, "unavailable")


def test_metrics_count_and_identify_nobody(app: CheckApp) -> None:
    post(app, ELEMENT)
    post(app, b"")
    post(app, ELEMENT, path="/v1/evaluate/open/987654")
    get(app, BUCKET)
    text = get(app, "/metrics").body.decode()
    assert 'breachdesk_evaluations_total{epoch="1",kind="open"} 1.0' in text
    assert 'breachdesk_requests_total{outcome="invalid-length",route="evaluate"} 1.0' in text
    assert 'breachdesk_requests_total{outcome="ok",route="bucket"} 1.0' in text
    assert "breachdesk_log_size 1.0" in text
    assert "breachdesk_checkpoint_time_seconds 1.7" in text or "_seconds 1.8" in text
    for told in ("987654", "192.0.2", "00000000", ELEMENT.hex()):
        assert told not in text


def test_a_slow_body_is_given_up(app: CheckApp) -> None:
    """Nothing more comes; the application must answer all the same."""
    sent = []

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": EVALUATE,
        "headers": [OCTETS],
        "client": ("192.0.2.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400  # type: ignore[index]  # ASGI messages are untyped


def test_only_http_is_answered(app: CheckApp) -> None:
    with pytest.raises(TypeError):
        asyncio.run(app({"type": "websocket"}, None, None))  # type: ignore[arg-type]  # a scope that never gets that far
