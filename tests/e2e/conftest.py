"""One service and one browser for all tests of this folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.e2e.check_page import LANGUAGES, CheckPage
from tests.e2e.code_service import CodeService
from tests.e2e.running_service import ROOT, Service
from tests.factories.smtp import smtp_server

PATIENCE_MILLISECONDS = 15_000
SHELL = "chromium-headless-shell"
HERE = Path(__file__).parent
BUILT = ROOT / "src/breachdesk/portal/static/portal/built/manifest.json"
BROWSER_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one process of xdist, so that one service and one browser serve all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


# For the package, not the session: Playwright keeps an event loop running in its thread, and the
# tests that follow in this process start loops of their own.
@pytest.fixture(scope="package")
def service(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The running service of a leak of 2,000 records."""
    assert chromium.exists()
    assert BUILT.exists(), "the page's scripts are not built: run `make bundle`"
    running = Service(tmp_path_factory.mktemp("service"))
    running.build()
    running.start()
    yield running
    if running.running:
        assert running.stop() == 0
    shutil.rmtree(running.folder)


@pytest.fixture(scope="package")
def coded(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeService]:
    """A running service of the sample as it is, that sends codes."""
    assert chromium.exists()
    assert BUILT.exists(), "the page's scripts are not built: run `make bundle`"
    with smtp_server() as mailbox:
        running = CodeService(Service(tmp_path_factory.mktemp("coded"), codes=True), mailbox)
        try:
            running.start()
            yield running
        finally:
            running.stop()
    shutil.rmtree(running.service.folder)


@pytest.fixture
def code_context(browser: Browser, coded: CodeService) -> Iterator[BrowserContext]:
    """A browser that has never been here, and proxies that tell the truth."""
    proxies = (coded.service.pages, coded.service.check, coded.service.channel)
    for proxy in proxies:
        proxy.forget()
    opened = browser.new_context(locale="ko-KR")
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    yield opened
    opened.close()
    for proxy in proxies:
        proxy.lie = None


@pytest.fixture(params=LANGUAGES)
def code_page(
    request: pytest.FixtureRequest, code_context: BrowserContext, coded: CodeService
) -> CheckPage:
    """The check page of a service with codes, in each language."""
    return CheckPage(code_context.new_page(), coded.service.pages.url, request.param).open()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(chromium: Path, playwright: Playwright) -> Iterator[Browser]:
    """The browser without its windows where the machine has it: the same engine, less work."""
    yield from _launched(playwright, _without_windows() or chromium)


@pytest.fixture(scope="package")
def whole_browser(chromium: Path, playwright: Playwright) -> Iterator[Browser]:
    """The browser that people have, with all that it keeps and sends by itself (autofill, say)."""
    yield from _launched(playwright, chromium)


def _without_windows() -> str | None:
    """A browser that CHROMIUM names serves all tests."""
    return None if os.environ.get("CHROMIUM") else shutil.which(SHELL)


def _launched(playwright: Playwright, program: Path | str) -> Iterator[Browser]:
    opened = playwright.chromium.launch(
        executable_path=program, args=list(BROWSER_OPTIONS), headless=True
    )
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    """A browser that has never been here, and proxies that tell the truth."""
    service.pages.forget()
    service.check.forget()
    opened = browser.new_context(locale="ko-KR")
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    yield opened
    opened.close()
    service.check.lie = None


@pytest.fixture
def opened(context: BrowserContext, service: Service) -> Callable[[str], CheckPage]:
    """Opens the check page in a language."""

    def open_page(language: str) -> CheckPage:
        return CheckPage(context.new_page(), service.pages.url, language).open()

    return open_page


@pytest.fixture(params=LANGUAGES)
def check_page(request: pytest.FixtureRequest, opened: Callable[[str], CheckPage]) -> CheckPage:
    """The check page, in each language."""
    return opened(request.param)
