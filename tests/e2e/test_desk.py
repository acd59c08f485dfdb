"""The desk in a real browser: with script and without, on a telephone, from the check's answer."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the library has no types
from playwright.sync_api import Browser, Page, expect

from tests.e2e.check_page import BY_PHONE, CheckPage
from tests.e2e.conftest import PATIENCE_MILLISECONDS
from tests.e2e.running_service import CANARY, INCIDENT, ROOT, Service, run_command
from tests.factories.ports import free_port
from tests.factories.postgres import new_database, postgres_server

BUILT = ROOT / "src/breachdesk/desk/static/desk/built/manifest.json"
STORY = "문자를 받고 주소를 눌렀더니 돈이 나갔습니다"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def desk(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service with a desk, and the desk's address."""
    assert chromium.exists()
    assert BUILT.exists(), "the desk's script is not built: run `make bundle`"
    running = Service(tmp_path_factory.mktemp("desk"))
    running.build(200)
    with serving(running) as url:
        yield running, url


@pytest.fixture(scope="module")
def desk_on_postgres(
    desk: tuple[Service, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, str]]:
    """Another one with the same keys and release, on PostgreSQL."""
    with (
        postgres_server(tmp_path_factory.mktemp("postgres")) as server,
        new_database(server) as database,
    ):
        running = Service(tmp_path_factory.mktemp("desk-on-postgres"), database=database)
        for made in (desk[0].keys, desk[0].releases):
            shutil.copytree(made, running.folder / made.name)
        with serving(running) as url:
            yield running, url


@contextmanager
def serving(running: Service) -> Iterator[str]:
    """The address of its desk."""
    port = free_port()
    running.start("--desk", "--desk-port", str(port))
    yield f"http://127.0.0.1:{port}"
    assert running.stop() == 0
    shutil.rmtree(running.folder)


@pytest.fixture(params=["desk", "desk_on_postgres"], ids=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> tuple[Service, str]:
    """The service on each database."""
    found: tuple[Service, str] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def url(desk: tuple[Service, str]) -> str:
    return desk[1]


def opened(browser: Browser, *, width: int = 360, script: bool = True) -> Page:
    context = browser.new_context(
        locale="ko-KR", viewport={"width": width, "height": 800}, java_script_enabled=script
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context.new_page()


def looks_well(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(WIDER) <= 0


def test_a_report_without_script(browser: Browser, url: str) -> None:
    page = opened(browser, script=False)
    page.goto(f"{url}/ko/report/")
    expect(page.locator('a[href="tel:112"]').first).to_be_visible()
    page.get_by_role("button", name="적은 내용 확인하기").click()
    expect(page.get_by_role("alert")).to_contain_text("하나를 고르십시오")
    page.get_by_label("문자 사기(스미싱)").check()
    page.locator("#narrative").fill(STORY)
    page.locator("#loss_won").fill("300만")
    page.get_by_role("button", name="적은 내용 확인하기").click()
    expect(page.locator(".answers")).to_contain_text("3,000,000원")
    page.get_by_role("button", name="고치기 잃은 돈").click()
    page.locator("#loss_won").fill("200만")
    page.get_by_role("button", name="적은 내용 확인하기").click()
    page.locator("#files").set_input_files(ROOT / "tests/data/open-items.toml")
    page.get_by_role("button", name="신고 보내기").click()
    expect(page.get_by_role("alert")).to_contain_text("open-items.toml")
    receipt = page.locator(".digits strong").inner_text()
    assert re.fullmatch(r"(\d{4}-){3}\d{4}", receipt)
    page.goto(f"{url}/ko/case/")
    page.get_by_label("접수증 번호").fill(receipt.replace("-", " "))
    page.get_by_role("button", name="신고 보기").click()
    expect(page.locator(".answers")).to_contain_text(STORY)
    page.get_by_label("덧붙일 말이나 답").fill("하나 더 있습니다")
    page.get_by_role("button", name="보내기", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("보냈습니다")
    expect(page.locator(".message")).to_contain_text("하나 더 있습니다")
    assert receipt not in page.url


@pytest.mark.parametrize("width", [320, 1280])
def test_a_report_step_by_step_by_keyboard(browser: Browser, url: str, width: int) -> None:
    page = opened(browser, width=width)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda one: wrong.append(one.text) if "Content Security" in one.text else None
    )
    page.goto(f"{url}/en/report/")
    looks_well(page)
    following = page.get_by_role("button", name="Next")
    following.press("Enter")
    expect(page.locator("#kind-error")).to_be_visible()
    looks_well(page)
    page.get_by_label("A scam text message").press("Space")
    following.press("Enter")
    expect(page.get_by_role("heading", name="What happened", exact=True)).to_be_focused()
    page.locator("#narrative").fill(STORY)
    looks_well(page)
    following.press("Enter")
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator('[data-step="3"]')).to_be_visible()
    looks_well(page)
    following.press("Enter")
    looks_well(page)
    following.press("Enter")
    looks_well(page)
    page.get_by_role("button", name="Check your answers").press("Enter")
    expect(page.locator(".answers")).to_contain_text(STORY)
    looks_well(page)
    with page.expect_worker() as solver, page.expect_request("**/report/send/") as sending:
        page.get_by_role("button", name="Send the report").press("Enter")
    assert "/puzzle." in solver.value.url
    assert b'name="work"' in (sending.value.post_data_buffer or b"")
    expect(page.locator(".digits")).to_be_visible()
    looks_well(page)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.context.cookies() == []
    assert wrong == []


def test_a_draft_is_deleted_when_asked(browser: Browser, url: str) -> None:
    page = opened(browser)
    page.goto(f"{url}/ko/report/")
    page.get_by_label("문자 사기(스미싱)").check()
    page.reload()
    page.get_by_role("button", name="지금 지우기").click()
    expect(page.get_by_label("문자 사기(스미싱)")).not_to_be_checked()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_person_takes_the_items_over_reports_and_follows(
    browser: Browser, either: tuple[Service, str]
) -> None:
    service, url = either
    page = opened(browser)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if url in one.url else None)
    check = CheckPage(page, service.pages.url, "ko").open()
    assert check.ask(BY_PHONE, CANARY.fields) == "included"
    page.get_by_role("button", name="이 항목으로 피해 신고하기").click()
    page.wait_for_url(f"{url}/ko/report/")
    handed = page.locator('input[name="items"]')
    assert {one.get_attribute("value") for one in handed.all()} == set(CANARY.items)
    assert sent[0].startswith("incident=kt-2014&claim_token=000000")
    for typed in CANARY.fields.values():
        assert typed not in page.content()
        assert all(typed not in body for body in sent)
    page.get_by_label("문자 사기(스미싱)").check()
    following = page.get_by_role("button", name="다음", exact=True)
    following.click()
    page.locator("#narrative").fill(STORY)
    for _ in range(3):
        following.click()
    page.get_by_role("button", name="적은 내용 확인하기").click()
    expect(page.locator(".answers")).to_contain_text(STORY)
    expect(page.locator('#send input[name="items"]')).to_have_count(len(CANARY.items))
    page.get_by_role("button", name="신고 보내기").click()
    receipt = page.locator(".digits strong").inner_text()
    page.goto(f"{url}/ko/case/")
    page.get_by_label("접수증 번호").fill(receipt)
    page.get_by_role("button", name="신고 보기").click()
    expect(page.locator(".answers")).to_contain_text(STORY)


@pytest.mark.parametrize("path", ["", "case/", "lost/", "call/", "warnings/", "incident/"])
def test_other_pages_look_well(browser: Browser, url: str, path: str) -> None:
    for language in ("ko", "en"):
        page = opened(browser)
        page.goto(f"{url}/{language}/{path}")
        looks_well(page)


def test_the_check_page_leads_to_what_happened_without_script(
    browser: Browser, desk: tuple[Service, str]
) -> None:
    service, url = desk
    data = service.releases.parent / "desk"
    run_command("incident", "import", INCIDENT, "--data", data, "--releases", service.releases)
    for width in (360, 1280):
        page = opened(browser, width=width)  # axe is a script
        page.goto(f"{url}/ko/incident/")
        looks_well(page)
    page = opened(browser, script=False)
    for path in ("", "releases/"):
        page.goto(f"{service.pages.url}/ko/{path}")
        page.get_by_role("link", name="무슨 일이 있었고 무엇을 했는지").click()
        page.wait_for_url(f"{url}/ko/incident/")
        expect(page.locator("#told-line + ol")).to_contain_text("2014년 3월 6일")
        expect(page.locator("#told-releases ~ ol")).to_contain_text("제1차 자료")
