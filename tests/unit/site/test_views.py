"""Language, health, the service document, and what is said when something is not there."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from breachdesk.portal import services
from breachdesk.site._languages import preferred
from tests.factories.pages import service_document, visit


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ko"),
        ("*", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.5", "en"),
        ("en;q=0.2,ko;q=0.8", "ko"),
        ("vi,ko;q=0.3", "en"),
        ("ko;q=0,en", "en"),
        ("ko;q=nonsense", "ko"),
    ],
)
def test_language_that_the_browser_asks_for(header: str, language: str) -> None:
    assert preferred(header) == language


def test_root_sends_to_the_language_and_says_on_what_it_depends(folder: Path) -> None:
    answer = visit(folder, "/", **{"accept-language": "en"})
    assert answer.status == 302
    assert answer.headers["Location"] == "/en/"
    assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("page", ["", "help/", "how/", "releases/", "privacy/", "contact/"])
def test_every_page_links_to_itself_in_the_other_language(folder: Path, page: str) -> None:
    assert f'href="/en/{page}" lang="en"' in visit(folder, f"/ko/{page}").text
    assert f'href="/ko/{page}" lang="ko"' in visit(folder, f"/en/{page}").text


@pytest.mark.parametrize(("language", "words"), [("ko", "화면이 없습니다"), ("en", "no page")])
def test_missing_page_in_the_language_of_its_path(folder: Path, language: str, words: str) -> None:
    answer = visit(folder, f"/{language}/nowhere/")
    assert answer.status == 404
    assert words in answer.text
    assert f'href="/{language}/"' in answer.text


@pytest.mark.parametrize(("language", "words"), [("ko", "고장"), ("en", "fault is ours")])
def test_failing_page_says_that_it_is_no_answer(
    folder: Path, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(services, "desk", fail)
    answer = visit(folder, f"/{language}/")
    assert answer.status == 500
    assert words in answer.text
    assert "broken" not in answer.text


def test_service_document_is_handed_out_byte_for_byte(folder: Path) -> None:
    answer = visit(folder, "/v1/service")
    assert answer.text == service_document()
    assert answer.headers["Content-Type"] == "application/json"


def test_robots_may_find_the_pages(folder: Path) -> None:
    text = visit(folder, "/robots.txt").text
    assert "Disallow: /\n" not in text
    assert "Disallow: /v1/" in text


@pytest.mark.parametrize("path", ["/", "/ko/", "/v1/service", "/healthz"])
def test_nothing_can_be_posted(folder: Path, path: str) -> None:
    with override_settings(RELEASES=folder):
        assert Client().post(path, {"name": "canary"}).status_code == 405


def test_a_query_string_reaches_no_log(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("django").propagate = True
    with caplog.at_level(logging.DEBUG):
        visit(folder, "/ko/nowhere/?name=canary-7731")
        visit(folder, "/ko/?name=canary-7731")
    logging.getLogger("django").propagate = False
    assert "/ko/nowhere/" in caplog.text
    assert "canary" not in caplog.text


class _Evaluator(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def evaluator() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Evaluator)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/healthz"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "expected"), [(200, 200), (503, 503), (302, 503)])
def test_health_is_that_of_the_evaluator_too(
    folder: Path, evaluator: str, status: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Evaluator, "status", status)
    with override_settings(CHECK_HEALTH=evaluator):
        assert visit(folder, "/healthz").status == expected


def test_health_fails_without_an_evaluator(folder: Path) -> None:
    assert visit(folder, "/healthz").status == 503


@pytest.mark.usefixtures("folder")
def test_no_database_no_sessions_no_debug() -> None:
    engines = {database["ENGINE"] for database in settings.DATABASES.values()}
    assert engines <= {"django.db.backends.dummy"}
    assert not any("session" in name or "csrf" in name for name in settings.MIDDLEWARE)
    assert settings.DEBUG is False
