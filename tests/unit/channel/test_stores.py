"""Nothing passes because something failed: limits, tokens, database, budget."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from breachdesk.admission import StoreError, redis_store
from breachdesk.channel import _parts, services
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import Ask, Outgoing
from tests.factories.channel import PHONE, InProcess, in_process, make_channel

BODY = {"type": "phone", "address": PHONE, "language": "ko"}


class Broken:
    """A store that is out of reach."""

    local = False
    ready = True

    def fail(self, *_: object) -> Any:
        raise StoreError("down")

    add = once = take = fail

    def generation(self) -> bytes:
        return bytes(32)


def post(path: str, body: object, **headers: str) -> Any:
    return Client().post(
        f"/v1/channel/{path}", body, content_type="application/json", headers=headers
    )


def test_a_store_that_is_down_refuses(tmp_path: Path) -> None:
    with in_process(make_channel(tmp_path), store=Broken()) as service:
        token = service.token()
        for found in (post("ask", BODY, **token), Client().get("/v1/challenge/channel/1")):
            assert found.status_code == 503
            assert int(found["Retry-After"]) > 0
        assert not Ask.objects.exists()


def test_a_redis_that_is_down_refuses(tmp_path: Path) -> None:
    store = redis_store("redis://127.0.0.1:9/6")
    with in_process(make_channel(tmp_path), store=store):
        found = post("ask", BODY)
        assert (found.status_code, int(found["Retry-After"]) > 0) == (503, True)
        assert not Ask.objects.exists()


@pytest.mark.parametrize("when", ["ask", "token"])
def test_a_database_that_is_down_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def gone(*_: object, **__: object) -> Any:
        raise OperationalError(f"canary {PHONE}")

    with in_process(make_channel(tmp_path)) as service:
        token = service.token()
        monkeypatch.setattr(type(Ask.objects), "filter", gone)
        monkeypatch.setattr(type(Ask.objects), "get_or_create", gone)
        bodies = {
            "ask": BODY,
            "token": {"type": "phone", "address": PHONE, "ticket": "00" * 16, "code": "12345678"},
        }
        found = post(when, bodies[when], **token)
        assert (found.status_code, int(found["Retry-After"]) > 0) == (503, True)
        assert PHONE.encode() not in found.content


def test_half_an_ask_is_none(service: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("breachdesk.channel._outbox.put", full)
    assert post("ask", BODY, **service.token()).status_code == 503
    assert (Ask.objects.count(), Outgoing.objects.count()) == (0, 0)
    monkeypatch.undo()
    assert post("ask", BODY, **service.token()).status_code == 202


def test_a_budget_that_is_spent_refuses_and_survives_a_restart(tmp_path: Path) -> None:
    made = make_channel(tmp_path, limits="budget_day = 3")
    with in_process(made) as service:
        for _ in range(3):
            assert len(services.evaluate(service.parts, "phone", PHONE)) == 96
        again = _parts.make_parts(service.parts.config, made.keys, clock=service.clock)
        for parts in (service.parts, again):
            with pytest.raises(Refusal, match="unavailable") as refused:
                services.evaluate(parts, "phone", PHONE)
            assert refused.value.retry_after is not None
        assert service.told == [("channel-budget-spent", {})]
        service.clock.now += 86_400
        assert len(services.evaluate(service.parts, "phone", PHONE)) == 96


def test_an_internal_error_says_nothing(
    service: InProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError(f"canary {PHONE}")

    monkeypatch.setattr("breachdesk.channel.services.ask", fail)
    found = post("ask", BODY, **service.token())
    assert found.status_code == 500
    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text + found.content.decode()


@pytest.mark.parametrize("channels", ['["phone"]', '["email"]'])
def test_ways_that_are_not_offered_are_not_there(tmp_path: Path, channels: str) -> None:
    made = make_channel(tmp_path)
    text = made.config.read_text()
    made.config.write_text(text.replace('["phone", "email", "letter", "desk"]', channels))
    with in_process(made) as service:
        letter = post("letter", {"code": "0000000000000000"}, **service.token())
        desk = post("desk", {**BODY, "code": "0"}, **service.token())
        assert (letter.status_code, desk.status_code) == (404, 404)
        asked = post("ask", BODY, **service.token())
        assert asked.status_code == (202 if "phone" in channels else 403)
