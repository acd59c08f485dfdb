"""Every address says who may use it, and that is who can."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from breachdesk.console import _accounts
from breachdesk.console._access import ANYBODY, ENROLLING
from breachdesk.console._policy import ACTS, ROLES
from breachdesk.incidents import Actor as DeskActor
from breachdesk.incidents.services import import_text
from tests.factories.console import PASSWORD, member, report, signed_in
from tests.factories.pages import EXAMPLE

pytestmark = pytest.mark.usefixtures("on_sqlite")


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Path and view of every address."""
    for one in patterns or get_resolver().url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, path)
        else:
            assert isinstance(one, URLPattern)
            yield path, one.callback


def filled(path: str, number: str) -> str:
    parts = {
        "<language:language>": "ko",
        "<slug:number>": number,
        "<int:cluster_id>": "1",
        "<int:reply_id>": "1",
        "<slug:slug>": "kt-2014",
        "<slug:name>": "0" * 32,
        "<slug:view>": "all",
        "<int:page>": "0",
        "<int:before>": "9",
    }
    for part, value in parts.items():
        path = path.replace(part, value)
    return "/" + path


def test_every_route_declares_an_act_of_the_policy() -> None:
    found = dict(routes())
    assert len(found) > 30
    for path, view in found.items():
        assert getattr(view, "access", None) in {*ACTS, ANYBODY, ENROLLING}, path


def test_each_role_reaches_what_is_declared_and_nothing_else() -> None:
    import_text(DeskActor.system("test"), EXAMPLE.read_text("utf-8"), "incident.toml")
    number = report()
    for role in ROLES:
        actor = member(role)
        browser = signed_in(actor)
        for path, view in routes():
            access = view.access
            if access in (ANYBODY, ENROLLING) or path.endswith("sign-out/"):
                continue
            for method in (browser.get, browser.post):
                answer = method(filled(path, number))
                refused = answer.status_code == 403
                assert refused == (not actor.may(access)), f"{role} {path} {answer.status_code}"
                assert answer.status_code != 500


def test_who_is_not_signed_in_is_sent_to_the_way_in() -> None:
    number = report()
    for path, view in routes():
        if view.access == ANYBODY:
            continue
        for method in (Client().get, Client().post):
            answer = method(filled(path, number))
            assert answer.status_code == 302, path
            assert answer.headers["Location"].endswith("/sign-in/")


def test_a_password_alone_opens_nothing_but_the_setting_up() -> None:
    member("lead", "kim")
    number = report()
    browser = Client()
    answer = browser.post("/ko/sign-in/", {"name": "kim", "password": PASSWORD})
    assert answer.status_code == 302
    for path, view in routes():
        if view.access in (ANYBODY, ENROLLING):
            continue
        answer = browser.get(filled(path, number))
        assert answer.status_code == 302, path
        assert answer.headers["Location"] == "/ko/account/"


def test_a_role_that_was_taken_away_ends_at_once() -> None:
    actor = member("agent", "kim")
    browser = signed_in(actor)
    assert browser.get("/ko/queue/").status_code == 200
    _accounts.set_role("kim", "regulator")
    assert browser.get("/ko/queue/").status_code == 403
    assert browser.get("/ko/figures/").status_code == 200
    User.objects.filter(username="kim").update(is_active=False)
    assert browser.get("/ko/figures/").status_code == 302


def test_a_form_without_its_token_does_nothing() -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/ko/sign-in/", {"name": "kim", "password": PASSWORD})
    assert answer.status_code == 403
    assert "양식이 오래되었습니다" in answer.content.decode()


def test_what_every_answer_carries() -> None:
    answer = signed_in(member("agent")).get("/ko/queue/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert "publickey-credentials-get=(self)" in answer.headers["Permissions-Policy"]
