"""Every route and every problem of the check service (PROTOCOL section 10)."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from breachdesk.admission import BudgetSpent, Limited, StoreError, TokenRefused
from breachdesk.check import CheckApp, CheckSettings, create_app, openapi
from breachdesk.voprf import Evaluation, blind, finalize
from breachdesk.wire import PROBLEMS
from tests.factories.gates import OpenGate
from tests.factories.served import ELEMENT, OCTETS, Answer, Made, call, make_service
from tests.factories.work import solve

EVALUATE = "/v1/evaluate/open/1"
BUCKET = "/v1/releases/000001/buckets/00000000"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_service(tmp_path_factory.mktemp("service"))


@pytest.fixture
def app(made: Made) -> CheckApp:
    return create_app(CheckSettings(made.releases, made.keys, body_seconds=0.05, effort=4))


def post(app: CheckApp, *body: bytes, path: str = EVALUATE) -> Answer:
    """With a token of that path's kind, as far as it has one."""
    headers = [OCTETS, *token(app, path)]
    found = call(app, "POST", path, headers=headers, body=body)
    assert found is not None
    return found


def token(app: CheckApp, path: str = EVALUATE) -> list[tuple[bytes, bytes]]:
    found = get(app, path.replace("evaluate", "challenge"))
    return [(b"breachdesk-token", solve(found.body))] if found.status == 200 else []


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


def test_an_engine_that_cannot_run_is_told_at_the_start(made: Made) -> None:
    """In a process of its own: an engine is chosen once."""
    code = (
        "import sys; from pathlib import Path; from breachdesk.check import *\n"
        "try: create_app(CheckSettings(None, Path(sys.argv[1])))\n"
        "except SettingsError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(made.keys)],
        env={**os.environ, "BREACHDESK_KERNEL": "fastest"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("BREACHDESK_KERNEL: fastest: no such engine; there are libsodium")


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
    headers = [OCTETS, (b"content-length", b"1025"), *token(app)]
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
    headers = [(b"content-type", b"Application/Octet-Stream; x=y"), *token(app)]
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
    assert asked.headers["access-control-allow-headers"] == "Content-Type, Breachdesk-Token"
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
    empty = create_app(CheckSettings(tmp_path / "releases", made.keys))
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
    headers = [OCTETS, (b"origin", b"https://a.example"), *token(two)]
    evaluated = call(two, "POST", EVALUATE, headers=headers, body=[ELEMENT])
    assert evaluated is not None
    assert evaluated.headers["access-control-allow-origin"] == "https://a.example"


class Broken(OpenGate):
    """A gate that refuses, or fails as a library would."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def admit(self, address: str, token: bytes | None) -> None:  # noqa: ARG002
        raise self._error

    async def challenge(self) -> bytes:
        raise self._error


@pytest.mark.filterwarnings("ignore:requests are admitted")
@pytest.mark.parametrize(
    ("error", "problem", "retry"),
    [
        (Limited("network", 7), "too-many-requests", "7"),
        (StoreError("canary"), "unavailable", "10"),
        (BudgetSpent("day", 4000), "unavailable", "4000"),
        (TokenRefused("spent"), "proof-of-work", None),
    ],
)
def test_refusals_of_the_gate_reach_the_client(
    made: Made, error: Exception, problem: str, retry: str | None
) -> None:
    app = create_app(CheckSettings(made.releases, made.keys), gate=Broken(error))
    found = call(app, "POST", EVALUATE, headers=[OCTETS], body=[ELEMENT])
    assert found is not None
    expect_problem(found, problem)
    assert found.headers.get("retry-after") == retry


@pytest.mark.filterwarnings("ignore:requests are admitted")
def test_any_fault_is_internal_and_its_text_is_not_logged(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    error = ValueError("canary of the request")
    app = create_app(CheckSettings(made.releases, made.keys), gate=Broken(error))
    with caplog.at_level(logging.DEBUG):
        expect_problem(get(app, "/v1/challenge/open/1"), "internal")
        found = call(app, "POST", EVALUATE, headers=[OCTETS], body=[ELEMENT])
    assert found is not None
    expect_problem(found, "internal")
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.filterwarnings("ignore:requests are admitted")
def test_a_store_that_fails_gives_no_challenge(made: Made) -> None:
    app = create_app(CheckSettings(made.releases, made.keys), gate=Broken(StoreError("gone")))
    found = get(app, "/v1/challenge/open/1")
    expect_problem(found, "unavailable")
    assert int(found.headers["retry-after"]) >= 1


def test_an_evaluation_takes_a_token_of_its_kind_once(app: CheckApp) -> None:
    def ask(*more: tuple[bytes, bytes], path: str = EVALUATE) -> Answer:
        found = call(app, "POST", path, headers=[OCTETS, *more], body=[ELEMENT])
        assert found is not None
        return found

    expect_problem(ask(), "proof-of-work")
    expect_problem(ask((b"breachdesk-token", b"nonsense")), "proof-of-work")
    good = token(app)
    expect_problem(ask(*good, path="/v1/evaluate/code/1"), "proof-of-work")
    assert ask(*good).status == 200
    expect_problem(ask(*good), "proof-of-work")


def test_a_body_that_is_none_spends_no_token(app: CheckApp) -> None:
    good = token(app)
    for body in (b"", b"x" * 31, b"x" * 2000):
        found = call(app, "POST", EVALUATE, headers=[OCTETS, *good], body=[body])
        assert found is not None
        assert found.status in (400, 413)
    found = call(app, "POST", EVALUATE, headers=[OCTETS, *good], body=[ELEMENT])
    assert found is not None
    assert found.status == 200


def test_a_token_is_of_the_release_in_force(tmp_path: Path) -> None:
    made = make_service(tmp_path)
    app = create_app(CheckSettings(made.releases, made.keys, effort=4))
    before = token(app)
    assert json.loads(get(app, "/v1/challenge/open/1").body)["parameters"]["data"]["release"] == 1
    made.publish()
    found = call(app, "POST", EVALUATE, headers=[OCTETS, *before], body=[ELEMENT])
    assert found is not None
    expect_problem(found, "proof-of-work")
    assert post(app, ELEMENT).status == 200


def test_a_challenge_is_read_and_kept_by_no_cache(app: CheckApp) -> None:
    found = get(app, "/v1/challenge/code/1")
    assert found.status == 200
    assert found.headers["content-type"] == "application/json"
    assert found.headers["cache-control"] == "no-store"
    assert get(app, "/v1/challenge/code/1", "HEAD").body == b""
    for path in ("/v1/challenge/open/2", "/v1/challenge/channel/1", "/v1/challenge/open"):
        expect_problem(get(app, path), "not-found")


def test_an_address_has_its_rate_and_the_other_kind_has_its_own(made: Made) -> None:
    app = create_app(CheckSettings(made.releases, made.keys, rate=2, effort=4))
    found = [post(app, ELEMENT) for _ in range(5)]
    refused = [one for one in found if one.status != 200]
    assert len(refused) >= 1  # a minute may end in between
    expect_problem(refused[0], "too-many-requests")
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    assert post(app, ELEMENT, path="/v1/evaluate/code/1").status == 200


def test_a_spent_budget_closes_its_kind_only(tmp_path: Path) -> None:
    made = make_service(tmp_path)
    app = create_app(CheckSettings(made.releases, made.keys, effort=4, budget_epoch=3))
    assert [post(app, ELEMENT).status for _ in range(3)] == [200] * 3
    found = post(app, ELEMENT)
    expect_problem(found, "unavailable")
    assert int(found.headers["retry-after"]) >= 1
    assert post(app, ELEMENT, path="/v1/evaluate/code/1").status == 200
    text = get(app, "/metrics").body.decode()
    assert 'breachdesk_budget_left{epoch="1",kind="open",period="epoch"} 0.0' in text
    assert 'breachdesk_refused_total{reason="budget-epoch"} 1.0' in text
    again = create_app(CheckSettings(made.releases, made.keys, effort=4, budget_epoch=3))
    expect_problem(post(again, ELEMENT), "unavailable")


def test_what_is_no_element_uses_up_no_budget(tmp_path: Path) -> None:
    made = make_service(tmp_path)
    app = create_app(CheckSettings(made.releases, made.keys, effort=4, budget_epoch=2))
    for _ in range(5):
        expect_problem(post(app, bytes(32)), "invalid-element")
    assert post(app, ELEMENT).status == 200


def test_no_address_is_no_free_pass(app: CheckApp) -> None:
    found = call(app, "POST", EVALUATE, headers=[OCTETS], body=[ELEMENT], client=None)
    assert found is not None
    expect_problem(found, "unavailable")


def test_metrics_count_and_identify_nobody(app: CheckApp) -> None:
    post(app, ELEMENT)
    post(app, b"")
    post(app, ELEMENT, path="/v1/evaluate/open/987654")
    get(app, BUCKET)
    assert call(app, "POST", EVALUATE, headers=[OCTETS], body=[ELEMENT]) is not None
    text = get(app, "/metrics").body.decode()
    assert 'breachdesk_refused_total{reason="token-missing"} 1.0' in text
    assert 'breachdesk_requests_total{outcome="proof-of-work",route="evaluate"} 1.0' in text
    assert 'breachdesk_requests_total{outcome="ok",route="challenge"} 2.0' in text
    assert 'breachdesk_budget_left{epoch="1",kind="open",period="day"}' in text
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
        "headers": [OCTETS, *token(app)],
        "client": ("192.0.2.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400  # type: ignore[index]  # ASGI messages are untyped


def test_only_http_is_answered(app: CheckApp) -> None:
    with pytest.raises(TypeError):
        asyncio.run(app({"type": "websocket"}, None, None))  # type: ignore[arg-type]  # a scope that never gets that far
