"""The console in a browser: signing in both ways, a call by keyboard alone, an agent's way."""

import json
import os
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the library has no types
from django_otp.oath import totp
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from breachdesk.console import ConsoleSettings
from breachdesk.keys import create
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from tests.e2e.conftest import PATIENCE_MILLISECONDS
from tests.e2e.running_service import INCIDENT
from tests.factories.postgres import new_database, postgres_server
from tests.factories.served import wait_for

PASSWORD = "correct horse battery staple"
_FILL = """
import sys
from pathlib import Path

from breachdesk.console import *

data, keys, database, password = sys.argv[1:]
settings = ConsoleSettings(Path(data), Path(keys), database)
make_sample(settings, 12, password)
add_staff(settings, "han", "한가람 상담원", password, "agent")
"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Running:
    """A console with the sample, and the second factors that were set up."""

    url: str
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def console(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    assert chromium.exists()
    with running_console(tmp_path_factory.mktemp("console"), "") as found:
        yield found


@pytest.fixture(scope="module")
def console_on_postgres(
    chromium: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    assert chromium.exists()
    with (
        postgres_server(tmp_path_factory.mktemp("postgres")) as server,
        new_database(server) as database,
        running_console(tmp_path_factory.mktemp("console-on-postgres"), database) as found,
    ):
        yield found


@pytest.fixture(params=["console", "console_on_postgres"], ids=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> Running:
    """The console on each database."""
    found: Running = request.getfixturevalue(request.param)
    return found


@contextmanager
def running_console(folder: Path, database: str) -> Iterator[Running]:
    create(folder / "keys", origin="desk.example.org")
    told = (str(folder / "desk"), str(folder / "keys"), database, PASSWORD)
    subprocess.run([sys.executable, "-c", _FILL, *told], check=True, timeout=240)
    _with_database(database, "incident", "import", INCIDENT, "--data", folder / "desk")
    with listen("127.0.0.1", 0, "--console-port") as listening:
        port = listening.getsockname()[1]
        url = f"http://localhost:{port}"
        settings = ConsoleSettings(
            folder / "desk", folder / "keys", database, url=url, pages_url=url
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "breachdesk.serving._console"],
            env={
                **os.environ,
                environment.SUPERVISOR: str(os.getpid()),
                environment.CONSOLE_SETTINGS: environment.encode_console(settings),
                environment.CONSOLE_SOCKET: str(listening.fileno()),
            },
            pass_fds=(listening.fileno(),),
        )
        try:
            wait_for(f"127.0.0.1:{port}", "/healthz")
            yield Running(url, {})
        finally:
            process.terminate()
            process.wait(20)


def _with_database(database: str, *arguments: str | Path) -> None:
    """A command beside the console."""
    command = [sys.executable, "-c", "from breachdesk.cli import main; main()", *arguments]
    environ = {**os.environ, "DATABASE_URL": database}
    subprocess.run(command, check=True, timeout=240, env=environ, stdout=subprocess.DEVNULL)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="ko-KR")
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    yield opened
    opened.close()


def code_for(secret: str) -> str:
    return f"{totp(b32decode(secret)):06}"


def password_of(page: Page, console: Running, name: str) -> None:
    page.goto(f"{console.url}/ko/")
    page.get_by_label("이름").fill(name)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="계속").click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("heading", name="상담실 로그인")).to_be_visible()


def enter(page: Page, console: Running, name: str) -> None:
    """Signed in; the first time an authenticator app is set up."""
    password_of(page, console, name)
    if name not in console.secrets:
        page.get_by_role("link", name="인증 앱 추가").click()
        console.secrets[name] = page.locator(".secret").inner_text().replace(" ", "")
        page.get_by_label("코드").fill(code_for(console.secrets[name]))
        page.get_by_role("button", name="추가").click()
        expect(page.get_by_role("link", name="대기열")).to_be_visible()
        return
    second_factor(page, console, name)


def second_factor(page: Page, console: Running, name: str) -> None:
    """Type codes until one is taken: each is good once, and the next comes within 30 seconds."""
    for _ in range(40):
        page.get_by_label("코드").fill(code_for(console.secrets[name]))
        with page.expect_navigation():
            page.get_by_role("button", name="확인").click()
        if page.get_by_role("link", name="대기열").is_visible():
            return
        time.sleep(2)
    raise AssertionError("no code was taken")


def test_who_has_an_authenticator_app_is_asked_for_its_code(
    context: BrowserContext, console: Running
) -> None:
    page = context.new_page()
    enter(page, console, "kim")
    leave(page)
    password_of(page, console, "kim")
    expect(page.get_by_role("heading", name="두 번째 확인")).to_be_visible()
    page.goto(f"{console.url}/ko/queue/")
    expect(page).to_have_url(f"{console.url}/ko/sign-in/second/")
    second_factor(page, console, "kim")
    expect(page.get_by_role("heading", name="대기열")).to_be_visible()


def test_a_passkey_alone_signs_in(context: BrowserContext, console: Running) -> None:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    password_of(page, console, "lee")
    page.get_by_role("button", name="패스키 추가").click()
    expect(page.get_by_role("link", name="대기열")).to_be_visible()
    leave(page)
    page.get_by_role("button", name="패스키로 로그인").click()
    expect(page.get_by_role("heading", name="대기열")).to_be_visible()


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_a_call_is_taken_down_by_keyboard_alone(context: BrowserContext, console: Running) -> None:
    page = context.new_page()
    enter(page, console, "park")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="전화", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#intake")).to_be_visible()
    _tab_to(page, page.locator("[name=kind]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    _tab_to(page, page.locator("#narrative"))
    page.keyboard.insert_text("문자를 받고 링크를 눌렀다고 합니다. c n q")
    _tab_to(page, page.locator("#caller_number"))
    page.keyboard.insert_text("070-0000-1111")
    _tab_to(page, page.get_by_role("button", name="접수", exact=True))
    page.keyboard.press("Enter")
    receipt = page.locator(".digits")
    expect(receipt).to_be_visible()
    assert len(receipt.inner_text().replace("-", "")) == 16
    expect(page.locator("#receipt")).to_be_focused()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Calls")).to_be_visible()
    expect(receipt).to_have_count(0)


def waiting(page: Page, console: Running) -> int:
    """What the board says."""
    page.goto(f"{console.url}/ko/board/")
    return int(page.locator("[data-name=waiting]").inner_text())


def expect_waiting(page: Page, console: Running, number: int) -> None:
    """The board says so by itself, once it has counted anew."""
    page.goto(f"{console.url}/ko/board/")
    expect(page.locator("[data-name=waiting]")).to_have_text(str(number), timeout=30_000)


def test_an_agents_way_from_the_call_to_the_board(context: BrowserContext, either: Running) -> None:
    page = context.new_page()
    enter(page, either, "han")
    before = waiting(page, either)
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="전화", exact=True)).to_be_visible()
    page.keyboard.press("n")
    page.locator("[name=kind]").first.check()
    page.locator("#narrative").fill("같은 일로 두 번째 전화하셨습니다.")
    page.get_by_role("button", name="접수", exact=True).click()
    taken_down = page.locator(".receipt a").inner_text()
    expect_waiting(page, either, before + 1)
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="대기열")).to_be_visible()
    earlier = page.locator("[data-row]").first.inner_text()
    assert earlier != taken_down, "what nobody has is listed, and the call's case is the agent's"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=earlier)).to_be_visible()
    page.goto(f"{either.url}/ko/cases/{taken_down}/")
    page.get_by_label("합칠 사건 번호").fill(earlier)
    page.get_by_role("button", name="합치기").click()
    expect(page.get_by_text("이 사건은 다음 사건에 합쳐졌습니다")).to_be_visible()
    page.get_by_role("link", name=earlier).first.click()
    expect(page.get_by_role("heading", name=earlier)).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator(".facts-line")).to_contain_text("해결")
    expect_waiting(page, either, before - 1)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_screen(
    context: BrowserContext, console: Running, language: str
) -> None:
    page = context.new_page()
    enter(page, console, "park")
    number = "2026-000001"
    paths = (
        *("queue/", f"cases/{number}/", "search/", "calls/", "replies/", "board/", "figures/"),
        *("incidents/", "incidents/kt-2014/", "incidents/kt-2014/revise/"),
    )
    for path in paths:
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(f"{console.url}/{language}/{path}")
        assert page.evaluate(_WIDER) <= 0, path
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {json.dumps(found.response['violations'])}"
    page.locator("#statement_ko").fill("새 말씀입니다.")
    page.locator("#source").fill("경찰이 알려 왔습니다.")
    page.locator('button[value="preview"]').click()
    expect(page.locator('button[value="publish"]')).to_be_visible()
    assert page.evaluate(_WIDER) <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, json.dumps(found.response["violations"])
    page.locator('button[value="change"]').click()
    expect(page.locator("#statement_ko")).to_have_value("새 말씀입니다.")
