"""What every answer carries, and what it never does."""

import re
from pathlib import Path

import pytest

from tests.factories.pages import BUCKETS, EVALUATOR, visit

PATHS = ("/", "/ko/", "/en/", "/ko/help/", "/en/nowhere/", "/v1/service", "/healthz", "/robots.txt")


def _policy(header: str) -> dict[str, set[str]]:
    parts = (part.split() for part in header.split(";"))
    return {name: set(sources) for name, *sources in parts}


def _static_path(folder: Path, pattern: str) -> str:
    found = re.search(pattern, visit(folder, "/ko/").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", PATHS)
def test_policy_allows_own_files_and_the_services_of_the_check(folder: Path, path: str) -> None:
    policy = _policy(visit(folder, path).headers["Content-Security-Policy"])
    assert policy == {
        "default-src": {"'none'"},
        "script-src": {"'self'"},
        "style-src": {"'self'"},
        "img-src": {"'self'"},
        "connect-src": {"'self'", EVALUATOR, BUCKETS},
        "worker-src": {"'self'"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
        "frame-ancestors": {"'none'"},
        "require-trusted-types-for": {"'script'"},
        "trusted-types": {"breachdesk"},
    }


@pytest.mark.parametrize("path", PATHS)
def test_other_headers(folder: Path, path: str) -> None:
    headers = visit(folder, path).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PATHS)
def test_no_cookie_is_ever_set(folder: Path, path: str) -> None:
    answer = visit(folder, path)
    assert answer.cookies == {}
    assert "Set-Cookie" not in answer.headers


def test_a_worker_gets_its_policy_from_its_own_script(folder: Path) -> None:
    path = _static_path(folder, r'data-worker="([^"]+)"')
    headers = visit(folder, path).headers
    assert EVALUATOR in headers["Content-Security-Policy"]


@pytest.mark.parametrize("pattern", [r'type="module" src="([^"]+)"', r'href="([^"]+\.css)"'])
def test_static_files_are_immutable_under_hashed_names(folder: Path, pattern: str) -> None:
    path = _static_path(folder, pattern)
    assert re.search(r"\.[0-9a-f]{12}\.(js|css)$", path)
    headers = visit(folder, path).headers
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/ko/", "/en/how/"])
def test_no_page_has_inline_script_or_style(folder: Path, path: str) -> None:
    text = visit(folder, path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all("integrity=" in one or "application/json" in one for one in scripts)
    assert "integrity=" in text


def test_pages_are_the_same_for_everybody(folder: Path) -> None:
    answer = visit(folder, "/ko/")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Vary" not in answer.headers
