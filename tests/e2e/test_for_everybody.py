"""The page for everybody: by keyboard, with a screen reader, small, dark, and with no script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the library has no types
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.check_page import BY_PHONE, LANGUAGES, CheckPage
from tests.e2e.recording_proxy import CUT
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Service

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
OTHER_PAGES = ("help/", "contact/", "how/", "releases/", "privacy/")
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def every_state(check_page: CheckPage, service: Service, look: Callable[[str], None]) -> None:
    """Bring the page into each of its states, and look at it there."""
    look("asking")
    check_page.fill(BY_PHONE, {"name": "", "birth_date": "1989-02-30", "phone": "010-12"})
    check_page.submit.click()
    expect(check_page.page.get_by_role("alert")).to_be_visible()
    look("wrong input")
    check_page.page.locator("#picture summary").click()
    for fields, kind in ((CANARY.fields, "included"), (CANARY_ABSENT.fields, "not-found")):
        assert check_page.ask(BY_PHONE, fields) == kind
        look(kind)
        check_page.press("another")
    service.check.lie = lambda _request, _ask: CUT
    assert check_page.ask(BY_PHONE, CANARY.fields) == "unverifiable"
    look("unverifiable")
    service.check.lie = None


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_any_state(
    check_page: CheckPage, service: Service, scheme: str, width: int
) -> None:
    page = check_page.page
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    every_state(check_page, service, lambda state: _axe(page, state))


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_other_pages(
    context: BrowserContext, service: Service, language: str
) -> None:
    page = context.new_page()
    for path in OTHER_PAGES:
        page.goto(f"{service.pages.url}/{language}/{path}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            _axe(page, path)


def _axe(page: Page, state: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"


def test_nothing_is_wider_than_a_small_screen(check_page: CheckPage, service: Service) -> None:
    page = check_page.page
    page.set_viewport_size({"width": 320, "height": 640})

    def look(state: str) -> None:
        wider: int = page.evaluate(_WIDER)
        assert wider <= 0, f"{state}: {wider} px"

    every_state(check_page, service, look)
    for path in OTHER_PAGES:
        page.goto(f"{check_page.origin}/{check_page.language}/{path}")
        look(path)


@pytest.mark.parametrize("person", [CANARY, CANARY_ABSENT], ids=("included", "absent"))
def test_from_load_to_answer_by_keyboard_alone(check_page: CheckPage, person: object) -> None:
    page = check_page.page
    fields = (CANARY if person is CANARY else CANARY_ABSENT).fields
    for name in BY_PHONE:
        _tab_to(page, check_page.field(name))
        page.keyboard.insert_text(fields[name])
    _tab_to(page, check_page.submit)
    page.keyboard.press("Enter")
    kind = check_page.answer()
    assert kind == ("included" if person is CANARY else "not-found")
    expect(check_page.heading(kind)).to_be_focused()
    expect(check_page.heading(kind)).to_be_in_viewport()
    save = check_page.section(kind).get_by_role("button", name=check_page.words["save"])
    _tab_to(page, save)
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(check_page.section(kind).locator('[role="status"]:visible').last).not_to_be_empty()
    _tab_to(page, check_page.section(kind).locator('[data-do="another"]:visible').first)
    page.keyboard.press("Enter")
    expect(check_page.field("name")).to_be_focused()


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, forwards and around."""
    for _ in range(90):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_the_two_questions_are_one_group_for_arrow_keys(check_page: CheckPage) -> None:
    radios = check_page.page.get_by_role("radio")
    radios.first.focus()
    check_page.page.keyboard.press("ArrowDown")
    expect(radios.last).to_be_checked()
    expect(radios.first).not_to_be_checked()
    expect(check_page.field("customer_number")).to_be_visible()
    expect(check_page.field("phone")).to_be_hidden()


def test_ticks_are_counted_aloud_and_kept_nowhere(check_page: CheckPage) -> None:
    check_page.ask(BY_PHONE, CANARY.fields)
    status = check_page.section("included").locator('[data-part="progress"]')
    expect(status).to_have_attribute("role", "status")
    before = status.inner_text()
    check_page.section("included").get_by_role("checkbox").first.check()
    expect(status).not_to_have_text(before)
    check_page.page.reload()
    check_page.ask(BY_PHONE, CANARY.fields)
    expect(check_page.section("included").get_by_role("checkbox").first).not_to_be_checked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_no_script_it_says_what_to_do(
    browser: Browser, service: Service, language: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = CheckPage(context.new_page(), service.pages.url, language)
    page.page.goto(f"{service.pages.url}/{language}/")
    expect(page.heading("no-script")).to_be_visible()
    expect(page.submit).to_be_hidden()
    other_way = page.page.locator("noscript .route-value").first
    assert "114" in other_way.inner_text()
    assert other_way.bounding_box() is not None
    context.close()
